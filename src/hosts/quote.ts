/**
 * An argv as one line for a POSIX shell: every word in single quotes, so that nothing in it means anything to the shell (POSIX
 * 2.2.2). sshd hands the line to the login shell; there is no other way to give it an argv (RFC 4254, 6.5).
 * @throws Error for a word with a NUL, which no argv can hold.
 */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (word.includes('\0')) throw new Error('a word of a command cannot hold a NUL');
  return `'${word.replaceAll("'", "'\\''")}'`;
}
