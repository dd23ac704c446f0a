import { setTimeout as delay } from 'node:timers/promises';

/** A child process that is killed, frozen and started again. */
export interface Child {
  readonly pid: number;
  output(): string;
  lives(): boolean;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<unknown>;
}

export interface Fragile {
  readonly name: string;
  /** Starts it; resolves when it says that it started. */
  start(): Promise<void>;
  /** With SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Frozen for so long. */
  freeze(millis: number): Promise<void>;
  /** The words of all its lives. */
  output(): string;
}

const START_WITHIN_MS = 45_000;

export function fragile(name: string, spawn: () => Child): Fragile {
  let child: Child | undefined;
  let past = '';
  return {
    name,
    async start() {
      past += child?.output() ?? '';
      const started = spawn();
      child = started;
      const giveUpAt = Date.now() + START_WITHIN_MS;
      while (!started.output().includes('"started"')) {
        if (!started.lives()) throw new Error(`${name} ended at its start:\n${started.output()}`);
        if (Date.now() > giveUpAt) throw new Error(`${name} did not start within ${START_WITHIN_MS} ms:\n${started.output()}`);
        await delay(20);
      }
    },
    async kill() {
      child?.signal('SIGKILL');
      await child?.ended;
    },
    async freeze(millis) {
      child?.signal('SIGSTOP');
      await delay(millis);
      child?.signal('SIGCONT');
    },
    output: () => past + (child?.output() ?? ''),
  };
}
