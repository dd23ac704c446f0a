import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { readStoredRun } from './stored-run.ts';
import { tellOnce, type UnreadableRecord } from './unreadable.ts';

export interface RunFilter {
  readonly cluster?: string;
  readonly open?: boolean;
  readonly limit: number;
}

/** Runs of an index, newest first: those that this release can read, as they count now, and those that it can't. */
export interface RunLists {
  list(filter: RunFilter): Promise<readonly Run[]>;
  /** Those of the same list that this release can't read; they are left as they are. */
  unreadable(filter: RunFilter): Promise<readonly UnreadableRecord[]>;
}

export function createRunLists(redis: Client, keys: Keys, { clock, log }: { clock: Clock; log: Log | undefined }): RunLists {
  const tell = tellOnce(log);

  const found = async ({ cluster, open, limit }: RunFilter) => {
    const index = open ? keys.openRuns : cluster === undefined ? keys.recentRuns : keys.runsOf(cluster);
    const wide = open && cluster !== undefined ? -1 : limit - 1;
    const ids = await reach(redis.zrevrange(index, 0, wide));
    return Promise.all(ids.map(async (id) => readStoredRun(id, await reach(redis.hgetall(keys.run(id))))));
  };

  return {
    async list(filter) {
      const runs = (await found(filter)).flatMap((one) => (one && 'run' in one ? [runAsOf(one.run, clock.now())] : []));
      return about(runs, filter).slice(0, filter.limit);
    },
    async unreadable(filter) {
      const all = (await found(filter)).flatMap((one) => (one && 'unreadable' in one ? [one.unreadable] : []));
      for (const one of all) tell('run', one);
      return about(all, filter);
    },
  };
}

function about<T extends { readonly cluster: string | undefined }>(all: readonly T[], { cluster }: RunFilter): readonly T[] {
  return all.filter((one) => cluster === undefined || one.cluster === cluster);
}
