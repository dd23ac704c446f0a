import type { Dcs, MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';

/**
 * The timeline a member is on. A primary's is the one by SQL. A standby that receives nothing just now knows by itself only that of
 * its last restartpoint, so the highest of SQL, REST and its key in etcd counts (a standby never goes back).
 */
export function timelineOf({ name, sql, patroni }: MemberReadings, dcs?: Dcs): number | undefined {
  const own = known(sql);
  if (own && !own.inRecovery) return own.timeline;
  const said = [own?.timeline, known(patroni)?.timeline, dcs?.members[name]?.timeline].filter(
    (timeline) => timeline !== undefined,
  );
  return said.length > 0 ? Math.max(...said) : undefined;
}
