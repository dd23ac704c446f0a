import type { HistoryEntry, SqlMember } from './cluster.ts';
import { formatLsn, type Lsn } from './lsn.ts';
import { formatBytes } from './units.ts';

/** Whether a member holds WAL that its leader lacks. `unknown`: that cannot be told. */
export type OwnBranch =
  | { readonly kind: 'none'; readonly says: string }
  | { readonly kind: 'own'; readonly bytes: number; readonly says: string }
  | { readonly kind: 'unknown'; readonly says: string };

/**
 * Compares the end of a member's WAL with its leader's: on the same timeline by the leader's position, on an older one by the point
 * where the leader's history left it (PostgreSQL docs, continuous-archiving, timelines). A member that went on alone may receive the
 * leader's timeline from the beginning of a segment on without ever replaying it, so what it receives proves nothing.
 * `replays`: the timeline that it replays, by Patroni (IDENTIFY_SYSTEM, PostgreSQL's walsender.c).
 */
export function ownBranch(
  of: { readonly member: string; readonly sql: SqlMember; readonly replays: number | undefined },
  leader: { readonly name: string; readonly sql: SqlMember },
  history: readonly HistoryEntry[],
): OwnBranch {
  const { member, sql } = of;
  const end = sql.writeLsn ?? maximum(sql.receiveLsn, sql.replayLsn);
  const timeline = sql.walReceiver?.timeline ?? sql.timeline;
  if (sql.systemId !== leader.sql.systemId)
    return { kind: 'own', bytes: 0, says: `${member} belongs to another database cluster (system id ${sql.systemId})` };
  if (end === undefined || leader.sql.writeLsn === undefined)
    return { kind: 'unknown', says: `the end of the WAL of ${member} is not known` };
  if (of.replays === undefined) return { kind: 'unknown', says: `Patroni on ${member} does not say which timeline it replays` };
  if (of.replays < timeline)
    return {
      kind: 'unknown',
      says: `${member} has come to timeline ${timeline} but replays ${of.replays} by its Patroni: it may have parted there`,
    };
  const row = leader.sql.standbys.find(({ name }) => name === member);
  if (row?.state === 'streaming' && timeline === leader.sql.timeline)
    return {
      kind: 'none',
      says: `${member} streams from ${leader.name} on timeline ${timeline}: all that it has came from there`,
    };
  if (timeline > leader.sql.timeline)
    return {
      ...{ kind: 'own', bytes: 0 },
      says: `${member} is on timeline ${timeline}, which ${leader.name} (timeline ${leader.sql.timeline}) never had`,
    };
  const left = timeline === leader.sql.timeline ? leader.sql.writeLsn : history.find((one) => one.timeline === timeline)?.lsn;
  if (left === undefined)
    return { kind: 'unknown', says: `the history does not say where timeline ${timeline} of ${member} was left` };
  return compared({ member, timeline, end, left, leader: leader.name });
}

function compared(of: { member: string; timeline: number; end: Lsn; left: Lsn; leader: string }): OwnBranch {
  const { member, timeline, end, left, leader } = of;
  const says = `the WAL of ${member} ends at ${formatLsn(end)} on timeline ${timeline}`;
  if (end <= left) return { kind: 'none', says: `${says}; ${leader} has it up to ${formatLsn(left)}` };
  return {
    ...{ kind: 'own', bytes: end - left },
    says: `${says}, ${formatBytes(end - left)} past ${formatLsn(left)}, which is all that ${leader} has of it`,
  };
}

function maximum(a: Lsn | undefined, b: Lsn | undefined): Lsn | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
