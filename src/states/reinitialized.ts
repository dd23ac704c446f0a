import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { formatDuration } from '../core/units.ts';
import { impossible, notYet, type Verdict } from '../core/verdict.ts';
import { patroniCopy } from './patroni-copy.ts';
import { judgeRestarted } from './restarted.ts';
import { readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Start of its postmaster at the plan, epoch milliseconds; 0: it did not answer by SQL then. */
  startedAtMs: z.number().int().min(0),
  timeline: z.number().int().positive(),
  maxLagBytes: z.number().int().min(0),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'reinitialized',
  args: Args,
  says: ({ member, timeline }) => `${member} has a new copy of the data and streams on timeline ${timeline}`,
  async judge(args, view, sinceMs) {
    const roles = await readRoles(view, args.cluster);
    const verdict = judgeRestarted({ ...args, role: 'replica' }, roles);
    if (verdict.holds || verdict.impossible) return verdict;
    if (roles.sql.get(args.member)?.ok) return neverBegun(args, roles, view.now() - sinceMs) ?? verdict;
    const copy = await patroniCopy(view, args, view.now() - sinceMs);
    return copy === undefined ? (noCopy(args, roles) ?? verdict) : notYet(copy);
  },
});

export const reinitializedState = state;

/**
 * The member's postmaster started later than the one at the plan, and it streams on the timeline with its lag in bounds. While it is
 * copied, the verdict tells how far the copy is (pg_stat_progress_basebackup of the member that sends it).
 */
export const reinitialized = (args: z.input<typeof Args>): StateData => build(args);

/** Patroni takes a reinit in its next loop; so long after it was asked, a server that has run on with its old data was never asked. */
const BEGINS_WITHIN_MS = 5 * 60_000;

/** Pure part: the member runs on with the data of the plan, so long after the step began. */
export function neverBegun({ member, startedAtMs }: Args, roles: Roles, elapsedMs: number): Verdict | undefined {
  const reading = roles.sql.get(member);
  const patroni = roles.dcs.ok ? roles.dcs.value.members[member]?.state : undefined;
  if (!reading?.ok || reading.value.postmasterStartedAtMs > startedAtMs || patroni === 'creating replica') return undefined;
  if (elapsedMs < BEGINS_WITHIN_MS) return undefined;
  return impossible(
    `${member} still runs with its old data ${formatDuration(BEGINS_WITHIN_MS)} after the reinit was asked for: Patroni never began it`,
  );
}

function noCopy({ member }: Args, { dcs }: Roles): Verdict | undefined {
  const state = dcs.ok ? dcs.value.members[member]?.state : undefined;
  return state === undefined ? undefined : notYet(`Patroni says that ${member} is in state '${state}'; no copy runs`);
}
