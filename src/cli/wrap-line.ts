interface Wrapping {
  /** Stands before the text; the lines after the first are moved in by its width. */
  readonly first: string;
  readonly columns?: number | undefined;
}

/** Narrower makes a column of single words. */
const LEAST_COLUMNS = 30;

/** A text as lines of at most so many columns, broken between words; a word that is longer stays whole, so that it can be copied. */
export function wrapped(text: string, { first, columns }: Wrapping): readonly string[] {
  if (columns === undefined) return [first + text];
  const margin = widthOf(first);
  const room = Math.max(LEAST_COLUMNS, columns) - margin;
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(' ')) {
    const wide = widthOf(word);
    if (line !== '' && width + 1 + wide > room) {
      lines.push(line);
      [line, width] = [word, wide];
    } else {
      [line, width] = line === '' ? [word, wide] : [`${line} ${word}`, width + 1 + wide];
    }
  }
  lines.push(line);
  return lines.map((one, at) => (at === 0 ? first : ' '.repeat(margin)) + one);
}

const ZERO = /^(?:\p{M}|\u200d)$/u;
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\uff01-\uff60])$/u;

/** Columns that a terminal gives a text, near enough for breaking lines: emoji and East Asian characters take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    if (char === '\ufe0f') width += 1;
    else if (!ZERO.test(char)) width += WIDE.test(char) ? 2 : 1;
  }
  return width;
}
