import { mrkdwnPieces, unescaped } from './mrkdwn.ts';
import { type Names, tagWords } from './person-words.ts';

const WORD_JOINER = '\u2060';

/**
 * Mrkdwn as Slack takes it -> the text that local-slack's page shows like Slack. The page knows no dates, groups and entities,
 * escapes everything itself, and then reads tags in it, so whatever was escaped is broken up where it looks like a tag.
 */
export function pageWords(mrkdwn: string, options: { readonly verbatim: boolean; readonly names: Names }): string {
  return mrkdwnPieces(mrkdwn)
    .map((piece) => ('text' in piece ? textFor(piece.text, options.verbatim) : tagFor(piece.tag, piece.label, options.names)))
    .join('');
}

function tagFor(tag: string, label: string, names: Names): string {
  if (/^@[A-Z0-9]+$/u.test(tag)) return `<${tag}>`;
  if (/^#[A-Z0-9]+$/u.test(tag)) return label === '' || label.includes('&') ? `<${tag}>` : `<${tag}|${label}>`;
  if (/^https?:\/\//u.test(tag)) return `<${safeAddress(tag)}|${textFor(label || tag, true)}>`;
  return textFor(tagWords(tag, label, names), true);
}

/** The page puts the address between double quotes as it is, and then looks for emphasis in it. */
function safeAddress(address: string): string {
  return unescaped(address).replace(
    /["'<>*~`|\s]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function textFor(escapedText: string, verbatim: boolean): string {
  return escapedText
    .split(/(`[^`\n]+`)/u)
    .map((part, at) => (at % 2 === 1 ? codeFor(unescaped(part)) : proseFor(unescaped(part), verbatim)))
    .join('');
}

function proseFor(text: string, verbatim: boolean): string {
  const still = text.replace(/<(?=[@#!]|https?:)/gu, `<${WORD_JOINER}`);
  return verbatim ? unlinked(still) : still;
}

/** Slack reads nothing inside backticks; the page reads emphasis, emoji and links there. */
function codeFor(code: string): string {
  return unlinked(code)
    .replace(/<(?=[@#!]|https?:)/gu, `<${WORD_JOINER}`)
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replace(/_/gu, `${WORD_JOINER}_`)
    .replace(/:(?=[a-z0-9_+-]+:)/giu, `:${WORD_JOINER}`);
}

function unlinked(text: string): string {
  return text.replace(/(https?):\/\//gu, `$1:${WORD_JOINER}//`);
}
