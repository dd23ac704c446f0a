import type { HistoryEntry } from '../core/cluster.ts';
import type { DcsSnapshot } from '../core/dcs-change.ts';
import type { Signal } from '../core/signal.ts';
import type { ScopeState } from './scope-state.ts';

export interface Gap {
  readonly signals: readonly Signal[];
  /** Leader changes that must have happened and can't be told one by one. */
  readonly unobservable: number;
  /** Who leads now, or led last where nobody does. */
  readonly lastLeader?: string;
}

/**
 * What happened to one cluster between the stored state and a fresh read, where etcd's own history is not there any more: Patroni's
 * history has one row for each timeline that was left. Pure. The last change gets the id that the live watch would have given it.
 */
export function findGap(
  stored: ScopeState,
  fresh: DcsSnapshot,
  about: {
    readonly cluster: string;
    readonly clusterId: string;
    readonly nowMs: number;
    /** The revisions of both count the same changes: it is one etcd cluster that was not restored. */
    readonly isSameStore?: boolean;
  },
): Gap {
  const last = lastTold(stored);
  const rows = last === undefined ? [] : fresh.dcs.history.filter(({ timeline }) => timeline > last);
  const common = {
    cluster: about.cluster,
    atMs: about.nowMs,
    kind: 'missed' as const,
    cause: 'unknown' as const,
    replayed: true,
  };
  let from = stored.leader ?? stored.lost?.leader;
  const signals = rows.map((row): Signal => {
    const before = from;
    from = row.newLeader ?? from;
    return {
      ...common,
      id: `${about.clusterId}-t${row.timeline}-${about.cluster}`,
      revision: 0,
      timeline: row.timeline,
      ...(before === undefined ? {} : { from: before }),
      ...(row.newLeader === undefined ? {} : { to: row.newLeader }),
      says: promoted(row, before),
      evidence: `Patroni's history: ${row.reason || 'no reason given'}${row.at ? `, at ${row.at}` : ''}`,
    };
  });
  const { isSameStore = false } = about;
  const end = tail(stored, fresh, from, { ...common, ...about, isSameStore, isTold: signals.length > 0 });
  const lastLeader = fresh.dcs.leader ?? from;
  return {
    ...{ signals: [...signals, ...end], unobservable: trimmed(last, rows) + (isSameStore ? rewritten(stored, fresh) : 0) },
    ...(lastLeader === undefined ? {} : { lastLeader }),
  };
}

/** The newest timeline whose end is told: by its row of the history, or live before that row was written. */
function lastTold({ lastHistory, timeline, leftTimeline = 0 }: ScopeState): number | undefined {
  const last = lastHistory ?? (timeline === undefined ? undefined : timeline - 1);
  return last === undefined ? undefined : Math.max(last, leftTimeline);
}

function promoted({ newLeader, timeline }: HistoryEntry, before: string | undefined): string {
  if (newLeader !== undefined && newLeader === before) return `${newLeader} was promoted in place and left timeline ${timeline}`;
  return `${newLeader ?? 'a member'} was promoted${before ? ` after ${before}` : ''} and left timeline ${timeline}`;
}

/** Rows that Patroni dropped (max_timelines_history): the numbers jump. */
function trimmed(last: number | undefined, rows: readonly { readonly timeline: number }[]): number {
  const first = rows[0]?.timeline;
  return last === undefined || first === undefined ? 0 : Math.max(0, first - last - 1);
}

/** Since it was made anew the leader key was written over: by whom before the last one is lost. */
function rewritten(stored: ScopeState, { leaderCreated }: DcsSnapshot): number {
  return leaderCreated && leaderCreated.revision > stored.revision ? leaderCreated.version - 1 : 0;
}

/** The leader key was written anew and the history does not say why: another leader, or a release and return. */
function tail(
  stored: ScopeState,
  fresh: DcsSnapshot,
  from: string | undefined,
  about: {
    readonly clusterId: string;
    readonly isSameStore: boolean;
    /** A row of the history has told who leads. */
    readonly isTold: boolean;
  } & Pick<Signal, 'cluster' | 'atMs' | 'kind' | 'cause' | 'replayed'>,
): readonly Signal[] {
  const { leader } = fresh.dcs;
  const { clusterId, cluster, atMs, kind, replayed } = about;
  const revision = fresh.leaderRevision ?? fresh.revision;
  const common = { id: `${clusterId}-${revision}-${cluster}`, revision, cluster, atMs, replayed, ...(from ? { from } : {}) };
  if (leader === undefined) {
    if (stored.leader === undefined && !about.isTold) return [];
    return [{ ...common, ...nobodyLeads(from, fresh) }];
  }
  if (leader === from) return about.isTold ? [] : again(stored, fresh, { ...common, kind, to: leader }, about.isSameStore);
  const says = `${leader} has the leader key${from ? ` that ${from} had` : ''}`;
  const evidence = `the leader key was written at revision ${revision}`;
  // Its row of the history, which it has not written yet, is the same change; in an etcd that went back it may be another one.
  return [{ ...common, ...(about.isSameStore ? leftBy(fresh, stored) : {}), kind, cause: 'unknown', to: leader, says, evidence }];
}

function nobodyLeads(from: string | undefined, { revision }: DcsSnapshot): Pick<Signal, 'kind' | 'cause' | 'says' | 'evidence'> {
  const says = `${from ?? 'the leader'} lost the leader key and nobody has it now`;
  return { kind: 'lost', cause: 'unknown', says, evidence: `no leader key at revision ${revision}` };
}

/** The timeline that the newest leader leaves, which has written no row of the history yet. One that was told as left is not it. */
function leftBy({ dcs }: DcsSnapshot, { timeline, leftTimeline = 0 }: ScopeState): Pick<Signal, 'timeline'> {
  const last = dcs.history.at(-1)?.timeline;
  const left = last === undefined ? timeline : last + 1;
  return left === undefined || left <= leftTimeline ? {} : { timeline: left };
}

/** The same leader as before, whose key may have been lost and taken back. */
function again(
  stored: ScopeState,
  { leaderCreated }: DcsSnapshot,
  about: Pick<Signal, 'id' | 'revision' | 'cluster' | 'atMs' | 'kind' | 'to'>,
  isSameStore: boolean,
): readonly Signal[] {
  const madeAnew = isSameStore && (leaderCreated?.revision ?? 0) > stored.revision;
  if (stored.leader !== undefined && !madeAnew) return [];
  const says = `${about.to} lost the leader key and has it again, no other member was promoted`;
  const evidence = `the leader key was written at revision ${about.revision}, and Patroni's history has no new row`;
  return [{ ...about, cause: 'blip', says, evidence }];
}
