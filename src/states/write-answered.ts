import { z } from 'zod';
import type { AnsweredWrite } from '../core/answered-write.ts';
import type { SqlMember } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, timeline: z.number().int().positive() });
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'write-answered',
  args: Args,
  says: ({ member, timeline }) => `${member} confirms a write on timeline ${timeline}, by the way that applications take`,
  judge: async (args, view, sinceMs) =>
    judgeWrite(args, { sql: await view.sql(args.cluster, args.member), write: view.lastWrite(args.cluster), sinceMs }),
});

export const writeAnsweredState = state;

/**
 * The write probe was confirmed a write by this very server, on this timeline, since the step began. Out of recovery is not the same: a
 * primary that waits for a synchronous standby confirms nothing, and clients may still be led elsewhere.
 */
export const writeAnswered = (cluster: string, member: string, timeline: number): StateData =>
  build({ cluster, member, timeline });

/** Pure part; `sinceMs`: epoch milliseconds. */
export function judgeWrite(
  { member, timeline }: Args,
  seen: { readonly sql: Reading<SqlMember>; readonly write: Reading<AnsweredWrite>; readonly sinceMs: number },
): Verdict {
  const { sql, write, sinceMs } = seen;
  if (!sql.ok) return notYet(`${member} does not answer by SQL: ${sql.why}`);
  if (sql.value.timeline > timeline) return impossible(`${member} is on timeline ${sql.value.timeline} already, not ${timeline}`);
  if (!write.ok) return notYet(`${write.source}: ${write.why}`);
  const { through, ...last } = write.value;
  if (last.atMs < sinceMs) return notYet(`no write through ${through} was confirmed since`);
  if (last.systemId !== sql.value.systemId)
    return notYet(`the write through ${through} was taken by another database cluster (system identifier ${last.systemId})`);
  if (last.timeline !== timeline) return notYet(`the last write through ${through} was taken on timeline ${last.timeline}`);
  if (last.postmasterStartedAtMs !== sql.value.postmasterStartedAtMs)
    return notYet(`the last write through ${through} was taken by another server than ${member}`);
  return holds(`a write through ${through} was confirmed by ${member} on timeline ${timeline}`);
}
