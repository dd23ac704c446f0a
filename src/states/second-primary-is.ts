import { z } from 'zod';
import type { SqlMember } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Of the member itself. */
  systemId: z.string(),
  timeline: z.number().int().positive(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'second-primary-is',
  args: Args,
  says: ({ member, timeline }) => `${member} is a second primary on timeline ${timeline} that nobody follows`,
  async judge(args, view) {
    const own = await view.sql(args.cluster, args.member);
    const others = view.cluster(args.cluster).members.filter(({ name }) => name !== args.member);
    return judgeSecond(args, own, others);
  },
});

export const secondPrimaryIsState = state;

/** The member is still the second primary that was decided to be stopped, and no other member streams from it. */
export const secondPrimaryIs = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. */
export function judgeSecond(
  { member, systemId, timeline }: Args,
  own: Reading<SqlMember>,
  others: readonly { readonly name: string; readonly host: string }[],
): Verdict {
  if (!own.ok) return notYet(`${member} does not answer by SQL: ${own.why}`);
  const now = own.value;
  if (now.systemId !== systemId) return impossible(`${member} is another cluster now: system identifier ${now.systemId}`);
  if (now.timeline !== timeline) return impossible(`${member} is on timeline ${now.timeline} now, not ${timeline}`);
  if (now.inRecovery) return notYet(`${member} is in recovery now: it is no second primary any more`);
  const follower = now.standbys.find(
    ({ name, address, state: is }) =>
      (is === 'streaming' || is === 'catchup') && others.some((one) => one.name === name || one.host === address),
  );
  if (follower) return notYet(`${follower.name} streams from ${member}: it may be the one that is used`);
  return holds(`${member} is a second primary on timeline ${timeline}, and nobody follows it`);
}
