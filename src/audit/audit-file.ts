import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError, unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { FileKeeper } from './file-keeper.ts';
import type { Follower } from './follower.ts';
import { createWaiting } from './waiting.ts';

/** The second place where the audit log is kept, as the rest of the program sees it. */
export interface AuditFile {
  start(): void;
  /** Writes what is still to be written and leaves the file to other processes. */
  stop(): Promise<void>;
  /**
   * Resolves when everything that is in the log now is in a file and on disk; for who is about to change something.
   * @throws Unreachable when the file can't be written, Refusal when it or the chain was changed by somebody else.
   */
  mustBeWritable(): Promise<void>;
  says(): { readonly ok: boolean; readonly says: string };
}

export interface AuditFileOptions {
  readonly path: string;
  readonly keeper: FileKeeper;
  readonly follower: Follower;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a change waits for its entries to be in the file. */
  readonly patienceMs?: number;
}

const WAIT_MS = 1000;
const PAUSE_MS = 500;
/** Another process writes: its progress is asked for so often. */
const ASK_MS = 10;
const PATIENCE_MS = 5000;

/** How this process stands to the file. */
interface State extends Required<AuditFileOptions> {
  problem: TrunklineError | undefined;
  says: { readonly ok: boolean; readonly says: string };
  /** True once this process has written and told the others that all is well. */
  wasGood: boolean;
  /** Since when another process has been behind. */
  lateSinceMs: number | undefined;
}

/** Keeps the file of this process going and knows how far all files are. */
export function createAuditFile(options: AuditFileOptions): AuditFile {
  const { path, keeper, follower, clock, log, patienceMs = PATIENCE_MS } = options;
  const says = { ok: false, says: `${path} was not written yet` };
  const state: State = { ...options, patienceMs, problem: undefined, says, wasGood: false, lateSinceMs: undefined };
  const stopping = new AbortController();
  const waiting = createWaiting(clock);
  let loop: Promise<void> | undefined;

  const run = async () => {
    while (!stopping.signal.aborted) {
      const wrote = await turn(state, WAIT_MS, stopping.signal);
      waiting.wake();
      if (!wrote) await clock.sleep(PAUSE_MS, stopping.signal).catch(() => undefined);
    }
    await turn(state, 1);
    waiting.wake();
    await keeper.close();
    await follower.release();
  };
  return {
    start() {
      loop ??= run();
    },
    async stop() {
      stopping.abort();
      follower.interrupt();
      await loop?.catch((error: unknown) => log.warn('the audit file was not left in order', { why: asError(error).message }));
      follower.interrupt();
    },
    says: () => state.says,
    async mustBeWritable() {
      if (state.problem) throw state.problem;
      const { seq: wanted } = await follower.head();
      const until = clock.now() + patienceMs;
      for (let seq = await reached(state); seq < wanted; seq = await reached(state)) {
        if (clock.now() >= until) throw tooFarBehind(seq, wanted);
        await waiting.next(ASK_MS);
      }
    },
  };
}

/** True when this process wrote, or had nothing to write. What goes wrong after `stopping` is the interrupted wait. */
async function turn(state: State, waitMs: number, stopping?: AbortSignal): Promise<boolean> {
  try {
    const isWriter = await state.keeper.turn(waitMs);
    await good(state, isWriter);
    return isWriter;
  } catch (error) {
    if (stopping?.aborted) return true;
    await failed(state, error).catch((again: unknown) =>
      state.log.debug('nobody could be told that the audit file is not written', { why: asError(again).message }),
    );
    return false;
  }
}

async function good(state: State, isWriter: boolean): Promise<void> {
  const { follower, keeper, path } = state;
  state.problem = undefined;
  if (isWriter && !state.wasGood) await follower.tell(undefined);
  state.wasGood = isWriter;
  if (isWriter) state.says = { ok: true, says: `${path} holds entry ${keeper.written()?.seq ?? 0}` };
  else await look(state);
}

async function failed(state: State, error: unknown): Promise<void> {
  const { follower, log, path } = state;
  const why = asError(error).message;
  if (state.problem?.message !== why) log.error('the audit file is not written, so no change starts', { path, why });
  state.problem = error instanceof TrunklineError ? error : unreachable(why, HINT, error);
  state.says = { ok: false, says: why };
  state.wasGood = false;
  await follower.tell(why);
  // A file that was changed holds everybody back; one that can't be written leaves it to a process that can.
  if (state.problem.kind !== 'refusal') await follower.release();
}

/** How the process does that has the lease. */
async function look(state: State): Promise<void> {
  const { follower, clock, patienceMs } = state;
  const [filed, head] = await Promise.all([follower.filed(), follower.head()]);
  const seq = filed.any?.seq ?? 0;
  state.lateSinceMs = seq >= head.seq ? undefined : (state.lateSinceMs ?? clock.now());
  const isLate = state.lateSinceMs !== undefined && clock.now() - state.lateSinceMs > patienceMs;
  const where = `another process writes the audit file; it holds entry ${seq} of ${head.seq}`;
  state.says = filed.problem === undefined ? { ok: !isLate, says: where } : { ok: false, says: filed.problem };
}

/** How far, by this process's own file or by what the others noted. @throws the present problem. */
async function reached({ problem, keeper, follower }: State): Promise<number> {
  if (problem) throw problem;
  const mine = keeper.written();
  if (mine) return mine.seq;
  const { any, problem: theirs } = await follower.filed();
  if (theirs !== undefined) throw unreachable(theirs, HINT);
  return any?.seq ?? 0;
}

const HINT = 'No change starts until the audit file can be written. See `/readyz` and the logs.';

function tooFarBehind(seq: number, wanted: number): TrunklineError {
  return unreachable(`the audit file holds entry ${seq} of ${wanted} and is not written on`, HINT);
}
