import type { Signal } from '../core/signal.ts';
import type { ScopeState } from './scope-state.ts';

/** A named situation: what happened, to whom, and what was seen that makes it so. */
export type Situation = Pick<Signal, 'kind' | 'cause' | 'from' | 'to' | 'timeline' | 'says' | 'evidence'>;

/**
 * What one revision means for a cluster's leader, or `undefined` when it means nothing. Pure. The rules come from Patroni's
 * etcd3 code: a leader's key and its member key share one lease, a release deletes the leader key alone, and an operator's request
 * stands in the failover key before it (patroni/dcs/etcd3.py, patroni/ha.py).
 */
export function diagnose(before: ScopeState, now: ScopeState): Situation | undefined {
  if (before.leader !== undefined && now.leader === undefined) return lost(now);
  if (before.leader === undefined && now.leader !== undefined) return led(before, now.leader);
  if (before.leader !== undefined && now.leader !== undefined && before.leader !== now.leader) {
    return overwritten(before.leader, now.leader, before);
  }
  return inPlace(before, now);
}

type Lost = NonNullable<ScopeState['lost']>;
type LossCause = Exclude<Situation['cause'], 'condition'>;

/** Why the leader key went. A lease that ended during a switchover is still a crash. */
export function causeOf({ leader, withMember, withScope, unseen, failover, atMs }: Lost): LossCause {
  if (withScope) return 'released';
  if (unseen) return 'unknown';
  if (withMember) return 'crash';
  return failover && isFor(failover, leader, atMs) ? 'planned' : 'released';
}

/** A failover key without a leader's name is a manual failover of whoever leads. A future time is not yet the reason. */
function isFor(failover: NonNullable<Lost['failover']>, leader: string, atMs: number): boolean {
  if (failover.leader !== undefined && failover.leader !== leader) return false;
  if (failover.scheduledAt === undefined) return true;
  const at = Date.parse(failover.scheduledAt);
  return Number.isFinite(at) && at <= atMs;
}

function lost(now: ScopeState): Situation | undefined {
  if (!now.lost) return undefined;
  const cause = causeOf(now.lost);
  return {
    kind: 'lost',
    cause,
    from: now.lost.leader,
    ...(now.timeline === undefined ? {} : { timeline: now.timeline }),
    says: now.lost.withScope ? 'all keys of the cluster were deleted from etcd' : LOST[cause](now.lost.leader),
    evidence: evidenceOf(now.lost, cause),
  };
}

const LOST: Readonly<Record<LossCause, (leader: string) => string>> = {
  planned: (leader) => `${leader} released the leader key for a switchover`,
  crash: (leader) => `${leader} lost the leader key: crash or partition`,
  released: (leader) => `${leader} gave up the leader key, nobody asked for a switchover`,
  blip: (leader) => `${leader} lost the leader key for a moment`,
  unknown: (leader) => `${leader} is not the leader any more`,
};

function evidenceOf({ leader, revision, failover, withScope, unseen }: Lost, cause: LossCause): string {
  if (unseen) return `a read at revision ${revision} found no leader key, and nobody saw it go`;
  if (withScope) return `revision ${revision} deleted every key, as patronictl remove does; ${leader} led`;
  if (cause === 'crash') return `revision ${revision} deleted the leader key and the member key of ${leader}: their lease ended`;
  const alone = `revision ${revision} deleted the leader key alone`;
  if (cause === 'planned') {
    const to = failover?.candidate ? ` to ${failover.candidate}` : '';
    return `${alone}; the failover key asked for a switchover from ${failover?.leader ?? leader}${to}`;
  }
  const ahead = failover?.scheduledAt ? `; the failover key is for ${failover.scheduledAt}` : '; no failover key named it';
  return `${alone}${ahead}: Patroni stopped, was demoted or noticed a crash`;
}

function led(before: ScopeState, leader: string): Situation | undefined {
  if (!before.lost) return undefined;
  const { leader: from, revision } = before.lost;
  const common = {
    kind: 'led' as const,
    from,
    to: leader,
    ...(before.timeline === undefined ? {} : { timeline: before.timeline }),
  };
  if (from === leader) {
    return {
      ...common,
      cause: 'blip',
      says: `${leader} has the leader key again, no other member was promoted`,
      evidence: before.lost.unseen
        ? evidenceOf(before.lost, 'unknown')
        : `the key was deleted at revision ${revision} and written again by the same member`,
    };
  }
  const cause = causeOf(before.lost);
  return { ...common, cause, says: `${leader} took the leader key from ${from}`, evidence: evidenceOf(before.lost, cause) };
}

function overwritten(from: string, to: string, before: ScopeState): Situation {
  return {
    kind: 'overwritten',
    cause: 'unknown',
    from,
    to,
    ...(before.timeline === undefined ? {} : { timeline: before.timeline }),
    says: `${to} wrote its name over the leader key of ${from}`,
    evidence: 'the key was not deleted first, so two members may believe that they lead: ask both by SQL',
  };
}

/** The leader's PostgreSQL died and Patroni starts it again where it is (primary_start_timeout > 0). */
function inPlace(before: ScopeState, now: ScopeState): Situation | undefined {
  const { leader } = now;
  if (leader === undefined || before.leader !== leader || before.leaderRevision !== now.leaderRevision) return undefined;
  const [was, is] = [before.members[leader], now.members[leader]];
  const common = { cause: 'unknown' as const, from: leader, to: leader };
  if (is?.state === 'crashed' && was?.state !== 'crashed') {
    return {
      ...common,
      kind: 'crashed',
      cause: 'crash',
      ...(before.timeline === undefined ? {} : { timeline: before.timeline }),
      says: `PostgreSQL on the leader ${leader} crashed; Patroni restarts it in place`,
      evidence: `the member key of ${leader} says crashed and it still holds the leader key`,
    };
  }
  const rose = before.timeline !== undefined && now.timeline !== undefined && now.timeline > before.timeline;
  if (!rose || before.promoting) return undefined;
  return {
    ...common,
    kind: 'restarted',
    ...(before.timeline === undefined ? {} : { timeline: before.timeline }),
    says: `${leader} was restarted in place, timeline ${before.timeline} -> ${now.timeline}`,
    evidence: `${leader} kept the leader key and published a higher timeline`,
  };
}
