import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runtimeFolder } from './paths.ts';

const Runtime = z.object({
  folder: z.string(),
  debian: z.enum(['12', '13']),
  timings: z.enum(['test', 'demo']),
  /** Hash of what the hosts were made of. */
  snapshot: z.string().default(''),
  pgdataLimit: z.string().optional(),
  /** False from the moment at which something is changed as a whole until it is done: what is there then is not to be trusted. */
  whole: z.boolean(),
});

/** What is known of the lab that is up on this machine. There is at most one. */
export type Runtime = z.infer<typeof Runtime>;

const path = join(runtimeFolder, 'state.json');

export async function readRuntime(): Promise<Runtime | undefined> {
  if (!existsSync(path)) return undefined;
  return Runtime.parse(JSON.parse(await readFile(path, 'utf8')));
}

export async function writeRuntime(runtime: Runtime): Promise<void> {
  await mkdir(runtimeFolder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(runtime, null, 2));
  await rename(`${path}.new`, path);
}

export async function forgetRuntime(): Promise<void> {
  await rm(path, { force: true });
}
