import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runbooksOf } from './core/by-mode.ts';
import type { Command } from './core/command.ts';
import { asError } from './core/errors.ts';
import type { Runbook } from './core/runbook.ts';

/** What the two folders hold. */
export interface Loaded {
  readonly commands: readonly Command[];
  readonly runbooks: readonly (Runbook & { readonly digest: string })[];
}

/**
 * Reads `commands/` and `runbooks/`: each file's default export. A runbook's digest is the sha256 of its source, so that another
 * release of it voids open approvals.
 * @throws Error naming the file that is broken; nothing starts then.
 */
export async function load(root: string = fileURLToPath(new URL('..', import.meta.url))): Promise<Loaded> {
  const commands = await readFolder(join(root, 'commands'), asCommand);
  const runbooks = await readFolder(join(root, 'runbooks'), asRunbook);
  for (const { value, path } of commands) {
    const missing = runbooksOf(value).find(({ name }) => !runbooks.some(({ value: known }) => known.name === name));
    if (missing) throw new Error(`${path} starts the runbook ${missing.name}, which is not in runbooks/`);
  }
  return {
    commands: commands.map(({ value }) => value),
    runbooks: await Promise.all(runbooks.map(async ({ value, path }) => ({ ...value, digest: await digestOf(path) }))),
  };
}

interface Found<T> {
  readonly value: T;
  readonly path: string;
}

async function readFolder<T extends { name: string }>(
  folder: string,
  check: (value: unknown) => T | undefined,
): Promise<readonly Found<T>[]> {
  const files = (await readdir(folder)).filter((name) => /\.(ts|js)$/.test(name) && !name.endsWith('.d.ts')).sort();
  return Promise.all(
    files.map(async (file) => {
      const path = join(folder, file);
      const value = check(await importDefault(path));
      if (!value) throw new Error(`${path} has no default export made by command() or runbook()`);
      const wanted = file.replace(/\.(ts|js)$/, '');
      if (value.name !== wanted) throw new Error(`${path} declares '${value.name}'; its name must be '${wanted}', like its file`);
      return { value, path };
    }),
  );
}

async function importDefault(path: string): Promise<unknown> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return module !== null && typeof module === 'object' && 'default' in module ? module.default : undefined;
  } catch (thrown) {
    throw new Error(`${path} can not be loaded: ${asError(thrown).message}`, { cause: thrown });
  }
}

function asCommand(value: unknown): Command | undefined {
  return isNamed(value) && 'parse' in value && 'usage' in value ? (value as Command) : undefined;
}

function asRunbook(value: unknown): Runbook | undefined {
  return isNamed(value) && 'propose' in value && 'planOf' in value ? (value as Runbook) : undefined;
}

function isNamed(value: unknown): value is { name: string } {
  return value !== null && typeof value === 'object' && 'name' in value && typeof value.name === 'string';
}

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
