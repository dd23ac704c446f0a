/**
 * Words of a shell as one text that `splitWords` (core/split-words.ts) takes apart into the same words again. A word with both kinds
 * of quotes keeps its meaning for a reader: its double quotes become curly ones, as there is no way to write it otherwise.
 */
export function joinWords(words: readonly string[]): string {
  return words.map(written).join(' ');
}

function written(word: string): string {
  if (word !== '' && !/[\s"'“”„‘’]/u.test(word) && !/^[—–]/u.test(word)) return word;
  const [, flag = '', value = word] = /^(--[a-z-]+=)(.*)$/su.exec(word) ?? [];
  if (!value.includes('"')) return `${flag}"${value}"`;
  if (!value.includes("'")) return `${flag}'${value}'`;
  return `${flag}"${value.replaceAll('"', '”')}"`;
}
