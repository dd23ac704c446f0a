import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';
import type { IncidentStore } from './ports.ts';

/**
 * Where else a cluster's signal may have been told: a bot without the store may have put it into another thread than the store would.
 * A look finds the threads of the newest messages by itself; these may be older.
 */
export interface Threads {
  /** Something of the cluster stands in this thread. */
  note(cluster: string, ts: string): void;
  /** The newest threads of the cluster, this bot's and those of the incidents that are open by the store. */
  of(cluster: string): Promise<readonly string[]>;
}

/** Each costs a question to Slack. */
const MOST_OF_ONE = 3;
/** A store that is silent for longer does not hold an alarm up; milliseconds. */
const PATIENCE_MS = 300;
/** The open incidents are read so often at most; milliseconds. */
const READ_EVERY_MS = 3000;

interface Needs {
  readonly incidents: Pick<IncidentStore, 'open'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createThreads({ incidents, clock, log }: Needs): Threads {
  const known = new Map<string, readonly string[]>();
  let readAtMs = Number.NEGATIVE_INFINITY;
  const note = (cluster: string, ts: string) => {
    const others = (known.get(cluster) ?? []).filter((other) => other !== ts);
    known.set(cluster, [ts, ...others].slice(0, MOST_OF_ONE));
  };
  const read = async () => {
    if (clock.now() - readAtMs < READ_EVERY_MS) return;
    readAtMs = clock.now();
    try {
      const open = await within(clock, PATIENCE_MS, incidents.open());
      for (const { cluster, ts } of open.toSorted((a, b) => a.openedAtMs - b.openedAtMs)) if (ts !== undefined) note(cluster, ts);
    } catch (error) {
      log.warn('the store does not say which incidents are open', { error: asError(error).message });
    }
  };
  return {
    note,
    async of(cluster) {
      await read();
      return known.get(cluster) ?? [];
    },
  };
}
