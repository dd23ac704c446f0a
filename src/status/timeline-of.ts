import type { Dcs, MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';

/** The timeline a member is on: by SQL, which is read now; else by REST, else by its key in etcd (up to loop_wait old). */
export function timelineOf({ name, sql, patroni }: MemberReadings, dcs?: Dcs): number | undefined {
  return known(sql)?.timeline ?? known(patroni)?.timeline ?? dcs?.members[name]?.timeline;
}
