/** Their dash belongs to the word; in the others it stands for the space between two words. */
const ONE_WORD: readonly string[] = ['break-glass'];

/** A command's name as it is typed and shown in chat: `config-set` as `config set`. */
export function spokenName(name: string): string {
  return ONE_WORD.includes(name) ? name : name.replaceAll('-', ' ');
}
