/** One command that a user may run as somebody else without a password. */
export interface SudoGrant {
  readonly runAs: string;
  /** Absolute path of the program. */
  readonly program: string;
  /** Either exactly these arguments, or an extended regular expression (with ^ and $) for all of them (sudo 1.9.10 or newer). */
  readonly args: readonly string[] | { readonly matching: string };
}

/**
 * Renders a file for /etc/sudoers.d (sudoers(5)): write it 0440, owned by root. Wildcards are never used, as `*` also matches blanks
 * and so lets further arguments in. Throws for a program without an absolute path and for an expression that is not anchored.
 */
export function sudoers(user: string, grants: readonly SudoGrant[]): string {
  const allowed = grants.map((grant) => `${user} ALL=(${grant.runAs}) NOPASSWD: ${grant.program} ${argumentsOf(grant)}\n`);
  return `Defaults:${user} !requiretty, !lecture, !pam_session, !syslog\n${allowed.join('')}`;
}

function argumentsOf({ program, args }: SudoGrant): string {
  if (!program.startsWith('/')) throw new Error(`sudo needs the absolute path of ${program}`);
  if ('matching' in args) {
    if (!/^\^.*\$$/.test(args.matching)) throw new Error(`the expression for ${program} must begin with ^ and end with $`);
    return args.matching;
  }
  return args.length === 0 ? '""' : args.map(escapeArgument).join(' ');
}

/** sudoers(5): `, : = \` are escaped with a backslash; so are the wildcards, which otherwise would be ones. */
function escapeArgument(text: string): string {
  if (/\s|^$/.test(text)) throw new Error(`an argument in sudoers cannot hold blanks: ${JSON.stringify(text)}`);
  return text.replace(/[,:=\\*?[\]!"]/g, '\\$&');
}
