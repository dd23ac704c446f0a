import { refusal } from './errors.ts';

const MAX_CHARACTERS = 4000;
const WORD = /(--[a-z-]+=)?(?:"([^"]*)"|“([^”"]*)[”"]|„([^“”]*)[“”]|'([^']*)'|‘([^’']*)[’'])|\S+/gu;

/**
 * Splits what a person typed into words. Quotes hold words together, the curly ones of phones too; a long dash that a phone made
 * of two counts as two. Control and direction characters are dropped, so that what is read is what is shown.
 * @throws Refusal for an open quote or a text over 4,000 characters.
 */
export function splitWords(text: string): readonly string[] {
  if (text.length > MAX_CHARACTERS) {
    throw refusal(
      `the command has ${text.length} characters`,
      `Keep it under ${MAX_CHARACTERS}; put long texts into the ticket that the reason names.`,
    );
  }
  return [...cleaned(text).matchAll(WORD)].map(([whole, flag, ...quoted]) => {
    const inside = quoted.find((part) => part !== undefined);
    if (inside !== undefined) return (flag ?? '') + inside;
    if (/^(?:--[a-z-]+=)?["“„]/u.test(whole)) throw refusal('a quote is not closed', 'Close the quote and send it again.');
    return whole.replace(/^[—–](?=[a-z])/u, '--');
  });
}

function cleaned(text: string): string {
  return text.replace(/[\r\n\t]+/gu, ' ').replace(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '');
}
