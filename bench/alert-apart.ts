import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connectWorkspace, type Workspace } from '../lab/slack/workspace.ts';

/** A part of the world in a process of its own, so that what it costs is not ours. */
export interface Apart<T> {
  readonly says: T;
  stop(): Promise<void>;
}

/** Starts one of our scripts and reads its first line, which is JSON. */
export async function apart<T>(script: string, ...argv: readonly string[]): Promise<Apart<T>> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), path, ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { says: JSON.parse(line.toString()) as T, stop: () => ended(child) };
}

export async function workspaceApart(): Promise<Apart<{ readonly origin: string }> & { readonly workspace: Workspace }> {
  const front = await apart<{ readonly origin: string }>('../lab/slack/main.ts', '--port', '0');
  return { ...front, workspace: await connectWorkspace(front.says.origin) };
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
