import { type AuditHead, AuditEntry, GENESIS, type SealedEntry } from '../core/audit-entry.ts';
import type { Clock } from '../core/clock.ts';
import { refusal, type TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { FiledEntry } from './file-line.ts';
import type { Follower } from './follower.ts';
import { type JsonlFile, openJsonlFile } from './jsonl-file.ts';

export interface FileKeeperOptions {
  readonly path: string;
  readonly follower: Follower;
  readonly clock: Clock;
  readonly log: Log;
  /** Bytes that must be free where the file lies. */
  readonly reserveBytes?: number;
}

/** Brings the chain into the file, turn by turn. */
export interface FileKeeper {
  /** One look: takes or keeps the lease, waits up to a second for entries, writes them. False when another process writes. */
  turn(waitMs: number): Promise<boolean>;
  /** What the file of this process is known to hold, while this process writes. */
  written(): AuditHead | undefined;
  close(): Promise<void>;
}

const RESERVE_BYTES = 1024 * 1024;

/**
 * The writer of one process. The file is a pure function of the chain, so a writer that was frozen and wakes after its successor
 * can at most write the same bytes at the same place.
 */
export function createFileKeeper({ path, follower, clock, log, reserveBytes = RESERVE_BYTES }: FileKeeperOptions): FileKeeper {
  let file: JsonlFile | undefined;
  let tail: AuditHead | undefined;

  const close = async () => {
    const closing = file;
    [file, tail] = [undefined, undefined];
    await closing?.close();
  };
  const ready = async (): Promise<{ file: JsonlFile; tail: AuditHead }> => {
    if (file && !(await file.isSame())) await close();
    if (!file || !tail) {
      file = await openJsonlFile(path);
      if (file.tornBytes > 0)
        log.warn('a torn line of the audit file was set aside and is written again', { path: `${path}.torn` });
      tail = await startOf(path, file.tail, follower);
      if (!file.tail) log.info('an audit file is begun', { path, from: tail.seq + 1 });
    }
    await file.mustHaveRoom(reserveBytes);
    return { file, tail };
  };
  const write = async (leasedMs: number, waitMs: number) => {
    const now = await ready();
    const entries = await follower.after(now.tail.seq, waitMs);
    if (clock.now() - leasedMs > follower.leaseMs / 2) return close();
    if (entries.length > 0) await now.file.append(chained(path, now.tail, entries));
    tail = entries.at(-1) ?? now.tail;
    if (!(await follower.markFiled(tail))) await close();
  };

  return {
    written: () => tail,
    close,
    async turn(waitMs) {
      const leasedMs = clock.now();
      if (!(await follower.lease())) {
        await close();
        return false;
      }
      try {
        await write(leasedMs, waitMs);
      } catch (error) {
        await close();
        throw error;
      }
      return true;
    },
  };
}

/** Where the file goes on. @throws Refusal when it is not a part of the chain. */
async function startOf(path: string, tail: AuditHead | undefined, follower: Follower): Promise<AuditHead> {
  const { mine } = await follower.filed();
  if (tail && mine && tail.seq < mine.seq)
    throw changed(`the audit file ${path} ends at entry ${tail.seq}, but held entry ${mine.seq} before: its tail was cut off`);
  const start = tail ?? mine ?? GENESIS;
  if (start.seq === 0) return start;
  const entry = await follower.entry(start.seq);
  if (!entry) throw changed(`the audit file ${path} holds entry ${start.seq}, which is not in Redis: Redis has lost or was cut`);
  if (entry.hash !== start.hash)
    throw changed(`entry ${start.seq} of the audit file ${path} is another one than in Redis: one of the two was changed`);
  return start;
}

function changed(message: string): TrunklineError {
  const hint =
    'Run `trunkline audit verify`, and keep file and Redis as evidence. No change starts meanwhile; docs/when-things-go-wrong.md says how to go on.';
  return refusal(message, hint);
}

/** With the hash of the one before. @throws Refusal when the chain does not go on where the file ends. */
function chained(path: string, tail: AuditHead, entries: readonly SealedEntry[]): readonly FiledEntry[] {
  let last = tail;
  return entries.map((entry) => {
    const { prev } = AuditEntry.parse(JSON.parse(entry.text));
    if (entry.seq !== last.seq + 1 || prev !== last.hash)
      throw changed(`entry ${entry.seq} in Redis does not follow entry ${last.seq} of the audit file ${path}`);
    last = entry;
    return { ...entry, prev };
  });
}
