import { z } from 'zod';
import type { SqlMember } from '../core/cluster.ts';
import { followersOf } from '../core/followers-of.ts';
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
    const { members } = view.cluster(args.cluster);
    const host = members.find(({ name }) => name === args.member)?.host ?? '';
    const others = members.filter(({ name }) => name !== args.member);
    const [own, ...sql] = await Promise.all(
      [args.member, ...others.map(({ name }) => name)].map((name) => view.sql(args.cluster, name)),
    );
    const asked = others.flatMap((other, index) => (sql[index] ? [{ ...other, sql: sql[index] }] : []));
    return own ? judgeSecond(args, own, { host, others: asked }) : notYet(`${args.member} was not asked`);
  },
});

export const secondPrimaryIsState = state;

/** The member is still the second primary that was decided to be stopped, and no other member streams from it. */
export const secondPrimaryIs = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. `host`: of the member. */
export function judgeSecond(
  { member, systemId, timeline }: Args,
  own: Reading<SqlMember>,
  { host, others }: { readonly host: string; readonly others: Parameters<typeof followersOf>[2] },
): Verdict {
  if (!own.ok) return notYet(`${member} does not answer by SQL: ${own.why}`);
  const now = own.value;
  if (now.systemId !== systemId) return impossible(`${member} is another cluster now: system identifier ${now.systemId}`);
  if (now.timeline !== timeline) return impossible(`${member} is on timeline ${now.timeline} now, not ${timeline}`);
  if (now.inRecovery) return notYet(`${member} is in recovery now: it is no second primary any more`);
  const followers = followersOf({ name: member, host }, now.standbys, others);
  if (followers.length > 0) return notYet(`${followers.join(' and ')} streams from ${member}: it may be the one that is used`);
  return holds(`${member} is a second primary on timeline ${timeline}, and nobody follows it`);
}
