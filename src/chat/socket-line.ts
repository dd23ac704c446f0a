import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { clauseOf, failureOf } from './slack-error.ts';
import type { Socket } from './socket.ts';

/** A connection that is kept: a new one is there before the old one goes, when Slack gives notice. */
export interface SocketLine {
  /** Goes on from `first`, or opens one when there is none. */
  keep(first?: Socket): void;
  isConnected(): boolean;
  stop(): Promise<void>;
}

export interface SocketLineOptions {
  readonly open: () => Promise<Socket>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The old connection still takes what Slack sent before it knew of the new one. */
const OVERLAP_MS = 2000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const FLEETING_MS = 5000;

/** One line; several of them, each for itself, make an outage of one harmless. */
export function createSocketLine(options: SocketLineOptions): SocketLine {
  const { clock, log } = options;
  const stopping = new AbortController();
  const live = new Set<Socket>();
  const chores = new Set<Promise<void>>();
  const opener = createOpener(options, stopping.signal);

  async function run(first: Socket | undefined): Promise<void> {
    let current = first ?? (await opener.open());
    while (current && !stopping.signal.aborted) {
      const socket: Socket = current;
      live.add(socket);
      const since = clock.now();
      const why = await socket.ended;
      if (stopping.signal.aborted) return;
      opener.lived(clock.now() - since);
      if (why === 'closed') log.warn('a connection to slack was lost', { afterMs: clock.now() - since });
      current = await opener.open();
      chore(retire(socket, why));
    }
    await current?.close();
  }

  async function retire(socket: Socket, why: 'refresh' | 'closed'): Promise<void> {
    if (why === 'refresh') await clock.sleep(OVERLAP_MS, stopping.signal).catch(() => undefined);
    await socket.close();
    live.delete(socket);
  }

  function chore(task: Promise<void>): void {
    const logged = task.catch((error: unknown) => log.error('a connection is no longer kept', { why: asError(error).message }));
    chores.add(logged);
    void logged.finally(() => chores.delete(logged));
  }

  return {
    keep: (first) => chore(run(first)),
    isConnected: () => [...live].some((socket) => socket.isOpen()),
    async stop() {
      stopping.abort();
      await Promise.all([...live].map((socket) => socket.close()));
      await Promise.all(chores);
    },
  };
}

/** Opens connections until one stands, pausing longer the more often it failed; `undefined` when stopped. */
function createOpener({ open, clock, log }: SocketLineOptions, stopping: AbortSignal) {
  let failures = 0;
  const pause = (millis: number) => clock.sleep(millis, stopping).catch(() => undefined);
  const failed = async (error: unknown): Promise<void> => {
    failures += 1;
    const failure = failureOf(error);
    const why = failure.kind === 'unknown' ? asError(error).message : clauseOf(failure);
    log.warn('slack can not be connected', { failures, why });
    if (failure.kind === 'rate-limited') await pause(failure.waitMs);
  };
  return {
    /** A connection that ended at once counts as a failure. */
    lived(millis: number): void {
      failures = millis < FLEETING_MS ? failures + 1 : 0;
    },
    async open(): Promise<Socket | undefined> {
      while (!stopping.aborted) {
        if (failures > 0) await pause(pauseAfter(failures));
        if (stopping.aborted) return undefined;
        try {
          return await open();
        } catch (error) {
          await failed(error);
        }
      }
      return undefined;
    },
  };
}

/** Grows from half a second to half a minute, with a quarter of chance so that many bots do not come back at once. */
function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (1 + Math.random() / 4);
}
