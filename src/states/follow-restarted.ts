import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, type Verdict } from '../core/verdict.ts';
import { judgeLag } from './lag-under.ts';
import { judgeRestarted } from './restarted.ts';
import { readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';
import { judgeStreaming } from './streaming.ts';

const Args = z.object({
  cluster: ClusterName,
  leader: MemberName,
  /** Start of the leader's postmaster when the restart was planned, epoch milliseconds. */
  startedAtMs: z.number().int().min(0),
  members: z.array(MemberName).min(1),
  timeline: z.number().int().positive(),
  maxLagBytes: z.number().int().min(0),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'follow-restarted',
  args: Args,
  says: ({ leader, members, timeline }) =>
    `${members.join(' and ')} stream from ${leader} after its restart, on timeline ${timeline}`,
  judge: async (args, view) => judgeFollow(args, await readRoles(view, args.cluster)),
});

export const followRestartedState = state;

/** The restarted leader has a connection of each member: it lost all that it had, so those it has are newer than its restart. */
export const followRestarted = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. */
export function judgeFollow({ members, leader, ...args }: Args, roles: Roles): Verdict {
  const leads = judgeRestarted({ ...args, member: leader, role: 'leader' }, roles);
  if (!leads.holds) return leads;
  const streams = judgeStreaming(members, args.timeline, roles);
  if (!streams.holds) return streams;
  const lags = members.map((member) => judgeLag(member, args.maxLagBytes, roles));
  return lags.find((verdict) => !verdict.holds) ?? holds(streams.says);
}
