/** A word of a command line: fixed, or a value of which only the form is fixed. */
export type Word = string | { readonly value: string; readonly form: string };

/** The words to run. @throws Error for a value that has not its form, so that nothing runs which sudo would not grant. */
export function argvOf(words: readonly Word[]): readonly string[] {
  return words.map((word) => {
    if (typeof word === 'string') return word;
    if (!new RegExp(`^(${word.form})$`).test(word.value))
      throw new Error(`${JSON.stringify(word.value.slice(0, 80))} has not the form ${word.form}`);
    return word.value;
  });
}

/**
 * A POSIX extended regular expression for all words, as sudo compares them: joined by one blank (sudoers(5), Regular expressions).
 * Forms must be written so that both JavaScript and POSIX read them alike: no `\d`, no `(?:`.
 */
export function patternOf(words: readonly Word[]): string {
  const form = (word: Word) => (typeof word === 'string' ? word.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&') : word.form);
  return `^${words.map(form).join(' ')}$`;
}
