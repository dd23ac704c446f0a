import type { Dcs, MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';

/**
 * Who led last: the holder of the leader key; without one the leader that the last row of the history or /sync names, unless it is a
 * standby now; without that the only member that is no standby. `undefined` when that cannot be told.
 */
export function lostLeader(dcs: Dcs, members: readonly MemberReadings[]): string | undefined {
  if (dcs.leader !== undefined) return dcs.leader;
  const isStandby = (name: string) => known(members.find((one) => one.name === name)?.sql)?.inRecovery === true;
  const named = [dcs.history.at(-1)?.newLeader, dcs.sync?.leader].find(
    (name) => name !== undefined && members.some((one) => one.name === name) && !isStandby(name),
  );
  if (named !== undefined) return named;
  const rest = members.filter(({ name }) => !isStandby(name));
  return rest.length === 1 ? rest[0]?.name : undefined;
}

/** The timeline that the cluster is on, by the history, the standbys and what Patroni wrote of them. */
export function lastTimeline(dcs: Dcs, members: readonly MemberReadings[]): number {
  const seen = members.flatMap(({ name, sql, patroni }) => [
    known(sql)?.timeline ?? 0,
    known(patroni)?.timeline ?? 0,
    dcs.members[name]?.timeline ?? 0,
  ]);
  const left = dcs.history.at(-1)?.timeline;
  return Math.max(1, ...(left === undefined ? [] : [left + 1]), ...seen);
}
