import type { LeaderChange } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { Client } from './client.ts';
import { leaderChangeRecord } from './migrations/leader-change.ts';
import { readJsonRecord } from './migrations/record-kind.ts';
import { tellOnce } from './unreadable.ts';

/** Each cluster's last leader change. */
export interface LeaderChanges {
  /** Keeps the newest by time; the same change again is harmless, and one of a newer release is left alone. */
  changed(change: LeaderChange): Promise<void>;
  lastChange(cluster: string): Promise<LeaderChange | undefined>;
}

/** One hash, cluster -> JSON. */
export function createLeaderChanges(redis: Client, prefix: string, log?: Log): LeaderChanges {
  const key = `{${prefix}}:leader-changes`;
  const tell = tellOnce(log);
  const read = async (cluster: string) => {
    const text = await redis.hget(key, cluster);
    return text === null ? undefined : readJsonRecord(leaderChangeRecord, text);
  };
  return {
    async changed(change) {
      const known = await read(change.cluster);
      if (known && ('unreadable' in known ? known.unreadable === 'newer' : known.record.atMs > change.atMs)) return;
      await redis.hset(key, change.cluster, JSON.stringify({ ...change, version: leaderChangeRecord.version }));
    },
    async lastChange(cluster) {
      const known = await read(cluster);
      if (known && 'record' in known) {
        const { version: _, ...change } = known.record;
        return change;
      }
      if (known) tell('leader change', { id: cluster, says: known.says });
      return undefined;
    },
  };
}
