import { z } from 'zod';
import type { Dcs } from '../core/cluster.ts';
import type { DcsChange, DcsSnapshot } from '../core/dcs-change.ts';

const Failover = z.object({
  leader: z.string().optional(),
  candidate: z.string().optional(),
  scheduledAt: z.string().optional(),
});
const Member = z.object({ state: z.string().optional(), role: z.string().optional(), timeline: z.number().optional() });

/** What leader changes are judged from, folded from every revision of one scope. Stored with the revision that it holds for. */
export const ScopeState = z.object({
  revision: z.number(),
  leader: z.string().optional(),
  /** The revision that wrote the leader key: one leadership has one. */
  leaderRevision: z.number().optional(),
  /** The timeline that the leader last published. */
  timeline: z.number().optional(),
  /** A leader that took over publishes its new timeline later: that rise is no restart. */
  promoting: z.boolean().optional(),
  failover: Failover.optional(),
  members: z.record(z.string(), Member),
  /** How the leader key went, while there is none. */
  lost: z
    .object({
      leader: z.string(),
      revision: z.number(),
      atMs: z.number(),
      /** The member key went in the same revision: the lease that both share ended. */
      withMember: z.boolean(),
      failover: Failover.optional(),
      /** All keys of the cluster went with it: `patronictl remove`, or a hand. */
      withScope: z.boolean().optional(),
      /** Nobody saw it go: a read at the revision found none. */
      unseen: z.boolean().optional(),
    })
    .optional(),
  /** The timeline of the last row of Patroni's history. */
  lastHistory: z.number().optional(),
  /** The timeline that the last promotion seen here has left; its row of the history comes later. */
  leftTimeline: z.number().optional(),
  ttlS: z.number(),
  paused: z.boolean(),
});
export type ScopeState = z.output<typeof ScopeState>;

/**
 * The state as one read shows it. A leader that was just promoted has not published its timeline yet, or still shows that of the replica
 * it was: it is the one after the last row of Patroni's history.
 */
export function stateOf({ dcs, revision, leaderRevision }: DcsSnapshot): ScopeState {
  const lastHistory = dcs.history.at(-1)?.timeline;
  const published = dcs.leader === undefined ? undefined : dcs.members[dcs.leader]?.timeline;
  const promoted = dcs.leader === undefined || lastHistory === undefined ? undefined : lastHistory + 1;
  const timeline = published !== undefined && promoted !== undefined ? Math.max(published, promoted) : (published ?? promoted);
  return {
    revision,
    ...(dcs.leader === undefined ? {} : { leader: dcs.leader }),
    ...(leaderRevision === undefined ? {} : { leaderRevision }),
    ...(timeline === undefined ? {} : { timeline }),
    ...(dcs.failover ? { failover: dcs.failover } : {}),
    members: Object.fromEntries(Object.entries(dcs.members).map(([name, member]) => [name, brief(member)])),
    ...(lastHistory === undefined ? {} : { lastHistory }),
    ttlS: dcs.config.ttlS,
    paused: dcs.config.paused,
  };
}

/** A scope of which nothing is known yet. */
export const emptyState: ScopeState = { revision: 0, members: {}, ttlS: 30, paused: false };

/** The state after one revision; `before` is not changed. */
export function foldScope(before: ScopeState, revision: number, changes: readonly DcsChange[], nowMs: number): ScopeState {
  const now: ScopeState = { ...before, revision, members: { ...before.members } };
  for (const change of changes) if (change.key !== 'leader') apply(now, change);
  const leader = changes.find((change) => change.key === 'leader');
  if (leader) {
    const withMember = changes.some(
      ({ key, ...of }) => key === 'member' && !('member' in of) && 'name' in of && of.name === before.leader,
    );
    const withScope = changes.some((change) => change.key === 'other' && change.path === 'initialize');
    applyLeader(now, before, leader.name, { revision, atMs: nowMs, withMember, ...(withScope ? { withScope } : {}) });
  }
  return now;
}

function applyLeader(
  now: ScopeState,
  before: ScopeState,
  name: string | undefined,
  how: { readonly revision: number; readonly atMs: number; readonly withMember: boolean; readonly withScope?: boolean },
): void {
  if (name === undefined) {
    if (before.leader === undefined) return;
    now.lost = { leader: before.leader, ...how, ...(before.failover ? { failover: before.failover } : {}) };
    delete now.leader;
    delete now.leaderRevision;
    return;
  }
  const first = before.leader === undefined && before.lost === undefined;
  now.leader = name;
  now.leaderRevision = how.revision;
  now.promoting = !first;
  const isPromotion = before.lost !== undefined && before.lost.leader !== name;
  if (isPromotion && before.timeline !== undefined) now.leftTimeline = before.timeline;
  delete now.lost;
}

function apply(now: ScopeState, change: DcsChange): void {
  if (change.key === 'member') applyMember(now, change.name, change.member);
  else if (change.key === 'failover') {
    delete now.failover;
    if (change.failover) now.failover = change.failover;
  } else if (change.key === 'history') {
    const last = change.history.at(-1)?.timeline;
    if (last !== undefined) now.lastHistory = last;
  } else if (change.key === 'config') {
    now.ttlS = change.ttlS;
    now.paused = change.paused;
  }
}

function applyMember(now: ScopeState, name: string, member: Dcs['members'][string] | undefined): void {
  if (!member) {
    delete now.members[name];
    return;
  }
  now.members[name] = brief(member);
  if (name !== now.leader || member.timeline === undefined || member.timeline === now.timeline) return;
  if (now.promoting && member.timeline > (now.timeline ?? 0)) delete now.promoting;
  now.timeline = member.timeline;
}

function brief({ state, role, timeline }: Dcs['members'][string]): ScopeState['members'][string] {
  return {
    ...(state === undefined ? {} : { state }),
    ...(role === undefined ? {} : { role }),
    ...(timeline === undefined ? {} : { timeline }),
  };
}
