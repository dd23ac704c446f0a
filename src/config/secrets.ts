import type { Problem } from './problem.ts';

/** Where secrets come from; given by `main`. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws Error of Node when the file can't be read. */
  readonly readFile: (path: string) => string;
}

/** The secrets of a configuration by their reference. */
export interface Secrets {
  /** @throws Error when the reference was not resolved; a mistake of ours. */
  reveal(reference: string): string;
  /** Every value, for the redactor. */
  readonly values: readonly string[];
}

/** A reference and where it stands. */
export interface Reference {
  readonly path: string;
  readonly reference: string;
}

/** Every secret reference in a configuration (`env:NAME`, `file:/path`), with its place. */
export function referencesIn(value: unknown, path = ''): readonly Reference[] {
  if (typeof value === 'string') return /^(env:[A-Z_][A-Z0-9_]*|file:\/.+)$/.test(value) ? [{ path, reference: value }] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) =>
    referencesIn(item, Array.isArray(value) ? `${path}[${key}]` : `${path}${path ? '.' : ''}${key}`),
  );
}

/** Reads all references; what is missing or empty comes back as problems, all at once, without any value. */
export function resolveSecrets(
  references: readonly Reference[],
  sources: SecretSources,
): { secrets: Secrets; problems: readonly Problem[] } {
  const known = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { path, reference } of references) {
    const found = read(reference, sources);
    if ('value' in found) known.set(reference, found.value);
    else problems.push({ path, value: reference, ...found });
  }
  return {
    problems,
    secrets: {
      values: [...new Set(known.values())],
      reveal(reference) {
        const value = known.get(reference);
        if (value === undefined) throw new Error(`the secret ${reference} was not resolved`);
        return value;
      },
    },
  };
}

function read(reference: string, { env, readFile }: SecretSources): { value: string } | { reason: string; hint: string } {
  const name = reference.slice(reference.indexOf(':') + 1);
  if (reference.startsWith('env:')) {
    const value = env[name];
    return value
      ? { value }
      : { reason: 'this environment variable is not set', hint: `Set ${name} for the process, or name another source.` };
  }
  try {
    const value = readFile(name).replace(/\r?\n$/, '');
    return value
      ? { value }
      : { reason: 'this file is empty', hint: `Write the secret into ${name}, readable only by the user that runs Trunkline.` };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    return {
      reason: `this file can not be read (${why})`,
      hint: `Create ${name} with mode 0600, owned by the user that runs Trunkline.`,
    };
  }
}
