import type { MemberReadings, Snapshot, SqlMember, Standby } from '../core/cluster.ts';
import type { Lsn } from '../core/lsn.ts';
import { known } from '../core/reading.ts';

/** How far one standby is behind the primary, and who says so. Bytes are against the primary's current WAL position. */
export interface StandbyLag {
  readonly name: string;
  /**
   * `streaming`, or another state of pg_stat_replication such as `catchup`; `not streaming` when the servers it could stream
   * from were asked and none has a row for it; `unknown` when they could not be asked.
   */
  readonly state: string;
  /** async, potential, sync, quorum. */
  readonly syncState?: string;
  /** The member it streams from, when that is not the primary. */
  readonly upstream?: string;
  /** Of replay, against what that member has. */
  readonly upstreamBytes?: number;
  readonly writeBytes?: number;
  readonly flushBytes?: number;
  readonly replayBytes?: number;
  readonly writeMs?: number;
  readonly flushMs?: number;
  readonly replayMs?: number;
  /** What the standby says itself. */
  readonly receiveLsn?: Lsn;
  readonly replayLsn?: Lsn;
  /** Where the row came from: `SQL on pg1`. */
  readonly source?: string;
}

/** The lag of every member but the primary; with no primary, of every member that is not known to be one. */
export function standbyLags(snapshot: Snapshot, primary: string | undefined): readonly StandbyLag[] {
  const leader = snapshot.members.find(({ name }) => name === primary);
  return snapshot.members
    .filter((member) => member.name !== primary && known(member.sql)?.inRecovery !== false)
    .map((member) => lagOf(member, snapshot.members, leader));
}

function lagOf(member: MemberReadings, all: readonly MemberReadings[], leader: MemberReadings | undefined): StandbyLag {
  const own = ownPositions(known(member.sql));
  const current = currentLsn(known(leader?.sql));
  const found = rowFor(member, all, leader);
  if (!found) return { name: member.name, ...own, state: leader?.sql.ok ? 'not streaming' : 'unknown', ...sourceOf(leader) };
  const { row, upstream } = found;
  return {
    name: member.name,
    ...own,
    state: row.state,
    syncState: row.syncState,
    ...(upstream.name === leader?.name
      ? {}
      : { upstream: upstream.name, ...behind('upstreamBytes', receivedBy(known(upstream.sql)), row.replayLsn) }),
    ...behind('writeBytes', current, row.writeLsn),
    ...behind('flushBytes', current, row.flushLsn),
    ...behind('replayBytes', current, row.replayLsn),
    ...times(row),
    ...sourceOf(upstream),
  };
}

/** Cascading standbys (tag `replicatefrom`) have their row on another standby. */
function rowFor(
  member: MemberReadings,
  all: readonly MemberReadings[],
  leader: MemberReadings | undefined,
): { readonly row: Standby; readonly upstream: MemberReadings } | undefined {
  for (const upstream of [...(leader ? [leader] : []), ...all.filter((m) => m !== leader && m !== member)]) {
    const rows = known(upstream.sql)?.standbys ?? [];
    const row = rows.find(({ name }) => name === member.name) ?? rows.find((r) => isUnnamed(r, all) && r.address === member.host);
    if (row) return { row, upstream };
  }
  return undefined;
}

/** A plain streaming standby may use the default application_name; a base backup from a member's host is no standby. */
function isUnnamed(row: Standby, all: readonly MemberReadings[]): boolean {
  return row.state !== 'backup' && !row.name.startsWith('pg_') && all.every(({ name }) => name !== row.name);
}

function currentLsn(sql: SqlMember | undefined): Lsn | undefined {
  return sql?.writeLsn ?? sql?.receiveLsn ?? sql?.replayLsn;
}

/** What a standby passes on: all that it has received or replayed (GetStandbyFlushRecPtr in PostgreSQL's walsender.c). */
function receivedBy(sql: SqlMember | undefined): Lsn | undefined {
  const positions = [sql?.receiveLsn, sql?.replayLsn].filter((lsn) => lsn !== undefined);
  return positions.length === 0 ? undefined : Math.max(...positions);
}

function ownPositions(sql: SqlMember | undefined): Pick<StandbyLag, 'receiveLsn' | 'replayLsn'> {
  return {
    ...(sql?.receiveLsn === undefined ? {} : { receiveLsn: sql.receiveLsn }),
    ...(sql?.replayLsn === undefined ? {} : { replayLsn: sql.replayLsn }),
  };
}

function behind<K extends string>(key: K, current: Lsn | undefined, position: Lsn | undefined): { readonly [k in K]?: number } {
  if (current === undefined || position === undefined) return {};
  // A cascading row is read a moment after the primary's position and may be past it.
  return { [key]: Math.max(0, current - position) } as { readonly [k in K]?: number };
}

function times(row: Standby): Pick<StandbyLag, 'writeMs' | 'flushMs' | 'replayMs'> {
  return {
    ...(row.writeLagMs === undefined ? {} : { writeMs: row.writeLagMs }),
    ...(row.flushLagMs === undefined ? {} : { flushMs: row.flushLagMs }),
    ...(row.replayLagMs === undefined ? {} : { replayMs: row.replayLagMs }),
  };
}

function sourceOf(member: MemberReadings | undefined): Pick<StandbyLag, 'source'> {
  return member?.sql.ok ? { source: member.sql.source } : {};
}
