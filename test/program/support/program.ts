import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program } from '../../../lab/program.ts';
import { until } from '../../support/until.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The real program as a child process. */
export interface Program {
  readonly pid: number;
  /** Standard output and error so far. */
  output(): string;
  /** True while the process runs. */
  lives(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Settles with the exit code; `null` when a signal killed it. */
  readonly ended: Promise<number | null>;
  /** Milliseconds from its first word to its end, so that a busy machine's loading does not count. */
  millis(): number;
}

export type Env = Readonly<Record<string, string>>;

/** Starts `trunkline WORDS`; it dies with this process whatever happens. */
export function startProgram(words: readonly string[], env: Env = {}): Program {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...program(), ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  let text = '';
  let firstAt: number | undefined;
  let endedAt: number | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      firstAt ??= Date.now();
      text += part;
    });
  }
  const ended = once(child, 'close').then(([code]: unknown[]) => {
    endedAt = Date.now();
    return typeof code === 'number' ? code : null;
  });
  return {
    pid: child.pid ?? 0,
    output: () => text,
    lives: () => child.exitCode === null && child.signalCode === null,
    signal: (name) => void child.kill(name),
    ended,
    millis: () => (endedAt ?? Date.now()) - (firstAt ?? Date.now()),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly millis: number;
}

/** Runs `trunkline WORDS` to its end; fails when that takes longer than `withinMs`, loading included. */
export async function runProgram(words: readonly string[], env: Env = {}, withinMs = 25_000): Promise<Ended> {
  const program = startProgram(words, env);
  const timer = setTimeout(() => program.signal('SIGKILL'), withinMs);
  const code = await program.ended;
  clearTimeout(timer);
  if (code === null) throw new Error(`'${words.join(' ')}' did not end within ${withinMs} ms:\n${program.output()}`);
  return { code, output: program.output(), millis: program.millis() };
}

/** A program that has said that it started. */
export async function startedProgram(words: readonly string[], env: Env = {}): Promise<Program> {
  const program = startProgram(words, env);
  await until(() => program.output().includes('"started"') || !program.lives(), 45_000).catch((error: unknown) => {
    program.signal('SIGKILL');
    throw error;
  });
  if (!program.lives()) throw new Error(`'${words.join(' ')}' ended with ${await program.ended}:\n${program.output()}`);
  return program;
}

/** Ends it as an init system does and says how that went. */
export async function endProgram(
  program: Program,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<{ code: number | null; millis: number }> {
  const before = Date.now();
  program.signal(signal);
  const timer = setTimeout(() => program.signal('SIGKILL'), 40_000);
  const code = await program.ended;
  clearTimeout(timer);
  return { code, millis: Date.now() - before };
}

/** Processes that this one has started and that still live. */
export function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

export interface Readiness {
  readonly status: number;
  readonly ready: boolean;
  readonly parts: readonly { readonly name: string; readonly ok: boolean; readonly says: string }[];
}

/** What `/readyz` says. */
export async function readiness(port: number): Promise<Readiness> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) });
  const { ready, parts } = (await answer.json()) as Pick<Readiness, 'ready' | 'parts'>;
  return { status: answer.status, ready, parts };
}

/** The log lines that no healthy program writes. */
export function alarming(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /unhandled|UnhandledPromise|uncaught|DeprecationWarning|MaxListenersExceeded|\bat .+\.ts:\d+/i.test(line));
}
