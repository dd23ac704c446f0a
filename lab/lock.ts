import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeFolder } from './paths.ts';

const WAIT_SECONDS = 180;

/**
 * Does `work` while nobody else on this machine changes the lab. The lock is flock(1)'s, held by a child that ends with us, so that a
 * killed process leaves none behind. Throws, naming the holder, when it is not free within three minutes.
 */
export async function withLabLock<T>(purpose: string, work: () => Promise<T>): Promise<T> {
  const release = await take(purpose);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function take(purpose: string): Promise<() => Promise<void>> {
  mkdirSync(runtimeFolder, { recursive: true, mode: 0o700 });
  const holder = join(runtimeFolder, 'lock-holder');
  const held = ['sh', '-c', 'echo held; exec cat'];
  const child = spawn('flock', ['--exclusive', '--timeout', String(WAIT_SECONDS), join(runtimeFolder, 'lock'), ...held], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const got = await new Promise<boolean>((resolve, reject) => {
    child.stdout.once('data', () => resolve(true));
    child.once('error', (cause) => reject(new Error(`flock could not be started: ${cause.message}`, { cause })));
    child.once('close', () => resolve(false));
  });
  if (!got) throw new Error(`the lab is being changed by somebody else (${readHolder(holder)}): wait until that has ended`);
  writeFileSync(holder, `process ${process.pid}: ${purpose}`);
  return async () => {
    child.stdin.end();
    await ended;
  };
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return 'who, is not known';
  }
}
