import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { program } from './program.ts';
import { waitFor } from './wait-for.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface LabBotOptions {
  /** `start`: bot and worker together; or one of them. */
  readonly as?: 'start' | 'bot' | 'worker';
  readonly config: string;
  readonly healthPort: number;
  readonly logFile: string;
}

/** The real program as a child process. */
export interface LabBot {
  readonly pid: number;
  /** Ends it as an init system does (SIGTERM), then waits; killed after 20 s. */
  stop(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Settles with the exit code once it ended. */
  readonly ended: Promise<number | null>;
  log(): Promise<string>;
}

/**
 * Starts the real program and waits until it is ready.
 * @throws Error with the last lines of its log when it ends or is not ready within 60 s.
 */
export async function startBot({ as = 'start', config, healthPort, logFile }: LabBotOptions): Promise<LabBot> {
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...program(), as, '--config', config], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const logText = () => readFile(logFile, 'utf8');
  const missing = async () => (child.exitCode === null ? notReady(healthPort) : [`it ended with ${child.exitCode}`]);
  try {
    await waitFor('the bot', missing, { timeoutMs: 60_000 });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${error instanceof Error ? error.message : error}\n${(await logText()).split('\n').slice(-15).join('\n')}`);
  }
  return {
    pid: child.pid ?? 0,
    ended,
    signal: (name) => void child.kill(name),
    log: logText,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
      log.end();
    },
  };
}

async function notReady(port: number): Promise<readonly string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1000) });
  return answer.status === 200 ? [] : [`readiness: ${(await answer.text()).trim()}`];
}
