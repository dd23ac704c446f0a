import type { LeaderChange } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { Client } from './client.ts';
import { leaderChangeRecord } from './migrations/leader-change.ts';
import { readJsonRecord } from './migrations/record-kind.ts';
import { tellOnce } from './unreadable.ts';

/** Each cluster's leader changes, and the last of them. */
export interface LeaderChanges {
  /** Keeps the newest by time; the same change again is harmless, and one of a newer release is left alone. */
  changed(change: LeaderChange): Promise<void>;
  lastChange(cluster: string): Promise<LeaderChange | undefined>;
  /** All that were seen, newest first. */
  allChanges(cluster: string): Promise<readonly LeaderChange[]>;
}

/** One hash, cluster -> JSON of the last; and one for each cluster, id -> JSON of each. */
export function createLeaderChanges(redis: Client, prefix: string, log?: Log): LeaderChanges {
  const key = `{${prefix}}:leader-changes`;
  const keyOf = (cluster: string) => `${key}:${cluster}`;
  const tell = tellOnce(log);
  const read = async (cluster: string) => {
    const text = await redis.hget(key, cluster);
    return text === null ? undefined : readJsonRecord(leaderChangeRecord, text);
  };
  return {
    async changed(change) {
      await redis.hset(keyOf(change.cluster), change.id, JSON.stringify({ ...change, version: leaderChangeRecord.version }));
      const known = await read(change.cluster);
      if (known && ('unreadable' in known ? known.unreadable === 'newer' : known.record.atMs > change.atMs)) return;
      await redis.hset(key, change.cluster, JSON.stringify({ ...change, version: leaderChangeRecord.version }));
    },
    async allChanges(cluster) {
      const texts = Object.values(await redis.hgetall(keyOf(cluster)));
      const found = texts.flatMap((text) => {
        const stored = readJsonRecord(leaderChangeRecord, text);
        if (!('record' in stored)) return [];
        const { version: _, ...change } = stored.record;
        return [change];
      });
      return found.sort((one, other) => other.atMs - one.atMs);
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
