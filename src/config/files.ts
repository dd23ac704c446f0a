import { asError } from '../core/errors.ts';
import type { Problem } from './problem.ts';

/** Files that a configuration names beside its secrets: what ssh and TLS need. */
const KEYS = /(^|\.)(privateKeyFile|certificateFile|knownHostsFile|tls\.(ca|cert|key)|changes\.(cert|key))$/;

/** A secret reference in the place of a path is read with the secrets. */
const REFERENCE = /^(env|file):/;

/** What can not be read of them, all at once, so that the start tells it and not the first connection. */
export function unreadableFiles(
  raw: unknown,
  /** @throws Error of Node when the file can't be read. */
  readFile: (path: string) => string,
  /** By their place in the configuration; the others are not touched. */
  needed: (path: string) => boolean = () => true,
): readonly Problem[] {
  return filesIn(raw).flatMap(({ path, file }) => {
    if (!needed(path)) return [];
    // Such a text is wrong as a path, which the schema says; here it would be shown, and may be a key.
    if (file.includes('-----BEGIN')) return [];
    const why = trouble(file, readFile);
    if (why === undefined) return [];
    const hint = `Create ${file}, readable by the user that runs Trunkline, or correct the path.`;
    return [{ path, value: file, reason: `this file ${why}`, hint }];
  });
}

function filesIn(value: unknown, path = ''): readonly { readonly path: string; readonly file: string }[] {
  if (typeof value === 'string') return KEYS.test(path) && !REFERENCE.test(value) ? [{ path, file: value }] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) =>
    filesIn(item, Array.isArray(value) ? `${path}[${key}]` : `${path}${path ? '.' : ''}${key}`),
  );
}

function trouble(file: string, readFile: (path: string) => string): string | undefined {
  try {
    return readFile(file).trim() === '' ? 'is empty' : undefined;
  } catch (thrown) {
    const error = asError(thrown);
    return `can not be read (${'code' in error ? String(error.code) : error.message})`;
  }
}
