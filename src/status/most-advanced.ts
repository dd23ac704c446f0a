import type { Dcs, MemberReadings } from '../core/cluster.ts';
import { formatLsn, type Lsn } from '../core/lsn.ts';
import { known } from '../core/reading.ts';

/** How much WAL a member has, and by which source. */
export interface Position {
  readonly name: string;
  readonly lsn: Lsn;
  readonly by: 'SQL' | 'etcd';
}

/**
 * Members by the WAL they have, most first. SQL counts what was received; a member key in etcd (up to loop_wait old) stands in
 * where SQL did not answer.
 */
export function mostAdvanced(members: readonly MemberReadings[], dcs: Dcs | undefined): readonly Position[] {
  return members.flatMap((member) => positionOf(member, dcs) ?? []).toSorted((a, b) => b.lsn - a.lsn);
}

/** The end of the WAL that one member has; `undefined` when no source knows. */
export function positionOf(member: MemberReadings, dcs: Dcs | undefined): Position | undefined {
  const sql = known(member.sql);
  const bySql = sql?.writeLsn ?? larger(sql?.receiveLsn, sql?.replayLsn);
  if (bySql !== undefined) return { name: member.name, lsn: bySql, by: 'SQL' };
  const byKey = dcs?.members[member.name]?.walLsn;
  return byKey === undefined ? undefined : { name: member.name, lsn: byKey, by: 'etcd' };
}

/** `0/5000148 by SQL`. */
export function positionWords({ lsn, by }: Position): string {
  return `${formatLsn(lsn)} by ${by}`;
}

function larger(a: Lsn | undefined, b: Lsn | undefined): Lsn | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
