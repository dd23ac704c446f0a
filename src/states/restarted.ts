import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { judgeLag } from './lag-under.ts';
import { judgePrimary } from './primary-is.ts';
import { readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';
import { judgeStreaming } from './streaming.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  role: z.enum(['leader', 'replica']),
  /** Start of its postmaster when the restart was planned, epoch milliseconds. */
  startedAtMs: z.number().int().min(0),
  /** Of the cluster, after the restart. */
  timeline: z.number().int().positive(),
  /** Of a replica: behind at replay. */
  maxLagBytes: z.number().int().min(0),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'restarted',
  args: Args,
  says: ({ member, role, timeline }) =>
    `${member} runs since a later moment than at the plan and ${role === 'leader' ? 'leads' : 'streams'} on timeline ${timeline}`,
  judge: async (args, view) => judgeRestarted(args, await readRoles(view, args.cluster)),
});

export const restartedState = state;

/**
 * The member's postmaster started later than the one at the plan, and it does its work again: a replica streams on the timeline with
 * its lag in bounds, a leader leads on the same timeline. A running member alone proves no restart.
 */
export const restarted = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. */
export function judgeRestarted(args: Args, roles: Roles): Verdict {
  const { member, role, startedAtMs, timeline, maxLagBytes } = args;
  const lost = role === 'leader' ? failedOver(args, roles) : undefined;
  if (lost) return lost;
  const reading = roles.sql.get(member);
  if (!reading) return impossible(`${member} is not a member of ${args.cluster}`);
  const patroni = roles.dcs.ok ? roles.dcs.value.members[member]?.state : undefined;
  if (!reading.ok) return notYet(`${member} does not answer by SQL (Patroni says ${patroni ?? 'nothing of it'}): ${reading.why}`);
  const since = reading.value.postmasterStartedAtMs;
  if (since <= startedAtMs) return notYet(`${member} still runs since ${clockTime(since)}: it has not restarted yet`);
  const works = role === 'leader' ? judgePrimary({ ...args }, roles, 0) : judgeStreaming([member], timeline, roles);
  if (!works.holds) return works;
  if (role === 'leader') return holds(`${member} restarted at ${clockTime(since)}; ${works.says}`);
  const lag = judgeLag(member, maxLagBytes, roles);
  return lag.holds ? holds(`${member} restarted at ${clockTime(since)} and streams on timeline ${timeline}; ${lag.says}`) : lag;
}

/** Another member leads on a timeline that only a promotion since the plan can have made. */
function failedOver({ member, timeline }: Args, roles: Roles): Verdict | undefined {
  const leader = roles.dcs.ok ? roles.dcs.value.leader : undefined;
  if (leader === undefined || leader === member) return undefined;
  const winner = roles.sql.get(leader);
  if (!winner?.ok || winner.value.inRecovery || winner.value.timeline <= timeline) return undefined;
  return impossible(
    `${member} did not come back in time, so Patroni failed over: ${leader} leads on timeline ${winner.value.timeline}`,
  );
}

/** `2026-11-22 12:00:00 UTC`. */
export function clockTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
