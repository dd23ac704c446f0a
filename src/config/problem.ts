/** One thing wrong with the configuration. */
export interface Problem {
  /** `clusters[0].members[1].host`; empty for the file as a whole. */
  readonly path: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  /** The value as it stands there, shortened. */
  readonly value?: string;
  readonly reason: string;
  readonly hint: string;
}

/** Every problem at once; `main` ends with exit code 78 (sysexits EX_CONFIG). */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];
  constructor(file: string, problems: readonly Problem[]) {
    super(describe(file, problems));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

function describe(file: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map(({ path, line, value, reason, hint }) => {
    const where = [path || 'the file', line === undefined ? '' : `(line ${line})`].filter(Boolean).join(' ');
    const is = value === undefined ? '' : ` is ${value}`;
    return `  ${where}${is}: ${reason}\n    ${hint}`;
  });
  return `${file} has ${count}:\n${lines.join('\n')}`;
}
