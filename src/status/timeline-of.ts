import type { Dcs, MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';

/**
 * The timeline a member is on. On a standby the WAL receiver is the freshest witness, because its control file only follows at
 * the next restartpoint; then REST, then SQL, then the member key.
 */
export function timelineOf({ name, sql, patroni }: MemberReadings, dcs?: Dcs): number | undefined {
  const bySql = known(sql);
  if (bySql && !bySql.inRecovery) return bySql.timeline;
  return bySql?.walReceiver?.timeline ?? known(patroni)?.timeline ?? bySql?.timeline ?? dcs?.members[name]?.timeline;
}
