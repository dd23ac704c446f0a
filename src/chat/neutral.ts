/**
 * The one place where data becomes chat text. Nothing that passes here can become mark-up, a mention, a link or an emoji, in
 * Slack's mrkdwn (docs.slack.dev, Formatting message text) or in its simpler cousins.
 */
import { oneLine } from '../core/one-line.ts';

const WORD_JOINER = '\u2060';
const CALL = /@(?=here|channel|everyone|[UWSB][A-Z0-9]{5})/giu;
const STAND_INS: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ' };

/** Data inside a sentence of mrkdwn: one line, escaped, without formatting. Underscores inside a word stay as they are. */
export function proseOf(data: string): string {
  const literal = oneLine(data)
    .replace(/[*~`]|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])/gu, (marks) =>
      [...marks].map((mark) => STAND_INS[mark] ?? mark).join(''),
    )
    .replace(/(^|\s)->(?=\s|$)/gu, '$1→')
    .replace(CALL, `@${WORD_JOINER}`)
    .replace(/:(?=(?:[a-z][a-z0-9_+'-]*|[+-]1|100|1234):)/giu, `:${WORD_JOINER}`);
  return escaped(literal).replace(/^&gt;/u, `${WORD_JOINER}&gt;`);
}

/** Data inside backticks: one line, escaped; nothing else is read there. */
export function codeOf(data: string): string {
  return escaped(oneLine(data).replaceAll('`', 'ˋ'));
}

/** Data in a `plain_text` object or a file name: one line; a tag that some client might still read is broken up. */
export function plainOf(data: string): string {
  return oneLine(data)
    .replace(/(^|\s)->(?=\s|$)/gu, '$1→')
    .replace(/<(?=[!@#])/gu, `<${WORD_JOINER}`)
    .replace(CALL, `@${WORD_JOINER}`);
}

/** The three characters that mean something to Slack (Formatting message text, Escaping text). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
