/** One command that a user may run as somebody else without a password. */
export interface SudoGrant {
  readonly runAs: string;
  /** Absolute path of the program. */
  readonly program: string;
  /** Either exactly these arguments, or an extended regular expression (with ^ and $) for all of them (sudo 1.9.10 or newer). */
  readonly args: readonly string[] | { readonly matching: string };
  /** What it is for; a comment in the file. */
  readonly why?: string;
  /** Needed only on hosts without systemd: written down, but not granted. */
  readonly only?: 'no systemd';
}

/** sudoers(5): a longer expression is an error. */
const LONGEST_EXPRESSION = 1024;
/** RE_DUP_MAX of POSIX: visudo takes more, and sudo then matches nothing. */
const MOST_REPETITIONS = 255;

/**
 * Renders a file for /etc/sudoers.d (sudoers(5)): write it 0440, owned by root. Wildcards are never used, as `*` also matches blanks
 * and so lets further arguments in. Grants for hosts without systemd are comments unless `withoutSystemd`.
 * @throws Error for a program without an absolute path and for an expression that is not anchored or too long.
 */
export function sudoers(user: string, grants: readonly SudoGrant[], options: { readonly withoutSystemd?: boolean } = {}): string {
  const everywhere = grants.filter(({ only }) => only === undefined);
  const elsewhere = grants.filter(({ only }) => only !== undefined);
  const mark = options.withoutSystemd ? '' : '#';
  const rest = elsewhere.map((grant) => `${comment(grant)}${mark}${lineOf(user, grant)}`);
  return [
    `Defaults:${user} !requiretty, !lecture, !pam_session, !syslog\n`,
    '# Each line lets exactly one command through: fixed words, or words of a fixed form (from ^ to $), and no wildcard.\n',
    ...everywhere.map((grant) => `${comment(grant)}${lineOf(user, grant)}`),
    ...(rest.length > 0 ? [`# Only where no systemd runs${mark ? ', so take the # away there' : ''}:\n`, ...rest] : []),
  ].join('');
}

function comment({ why }: SudoGrant): string {
  return why === undefined ? '' : `# ${why}.\n`;
}

function lineOf(user: string, grant: SudoGrant): string {
  return `${user} ALL=(${grant.runAs}) NOPASSWD: ${grant.program} ${argumentsOf(grant)}\n`;
}

function argumentsOf({ program, args }: SudoGrant): string {
  if (!program.startsWith('/')) throw new Error(`sudo needs the absolute path of ${program}`);
  if ('matching' in args) {
    const { matching } = args;
    if (!/^\^[^#\n]*\$$/.test(matching))
      throw new Error(`the expression for ${program} must begin with ^ and end with $, in one line without #`);
    if ([...matching.matchAll(/(\d+)\}/g)].some(([, most]) => Number(most) > MOST_REPETITIONS))
      throw new Error(`the expression for ${program} repeats more often than sudo can count`);
    if (matching.length > LONGEST_EXPRESSION) throw new Error(`the expression for ${program} is too long for sudo`);
    return matching;
  }
  return args.length === 0 ? '""' : args.map(escapeArgument).join(' ');
}

/** sudoers(5): `, : = \` are escaped with a backslash; so are the wildcards, which otherwise would be ones. */
function escapeArgument(text: string): string {
  if (/\s|^$/.test(text)) throw new Error(`an argument in sudoers cannot hold blanks: ${JSON.stringify(text)}`);
  return text.replace(/[,:=\\*?[\]!"]/g, '\\$&');
}
