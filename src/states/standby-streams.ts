import { z } from 'zod';
import type { SqlMember } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  primary: MemberName,
  timeline: z.number().int().positive(),
  /** The slot that it uses; absent where Patroni names it. */
  slot: z.string().exactOptional(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'standby-streams',
  args: Args,
  says: ({ member, primary, timeline }) => `${member} streams from ${primary} on timeline ${timeline}, seen by both`,
  async judge(args, view) {
    const [own, primary] = await Promise.all([view.sql(args.cluster, args.member), view.sql(args.cluster, args.primary)]);
    return judgeStandby(args, own, primary);
  },
});

export const standbyStreamsState = state;

/** A standby streams from one server on one timeline, by SQL on both: in a cluster with Patroni and in one without. */
export const standbyStreams = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. No row in pg_stat_replication means 'not streaming'. */
export function judgeStandby(
  { member, primary, timeline, slot }: Args,
  own: Reading<SqlMember>,
  source: Reading<SqlMember>,
): Verdict {
  if (!source.ok) return notYet(`${primary} does not answer by SQL: ${source.why}`);
  if (source.value.timeline !== timeline)
    return impossible(`${primary} is on timeline ${source.value.timeline}, not ${timeline}: the leader changed`);
  if (slot !== undefined && !source.value.slots.some(({ name }) => name === slot))
    return notYet(`${primary} has no slot ${slot}, which ${member} wants to stream by`);
  if (!own.ok) return notYet(`${member} does not answer by SQL: ${own.why}`);
  if (!own.value.inRecovery) return notYet(`${member} is out of recovery: it is no standby`);
  const row = source.value.standbys.find(({ name }) => name === member);
  if (!row) return notYet(`${member} has no row in pg_stat_replication of ${primary}: it does not stream`);
  if (row.state !== 'streaming') return notYet(`${member} is connected to ${primary} in state ${row.state}`);
  const receives = own.value.walReceiver?.timeline;
  if (receives !== timeline)
    return notYet(`${member} receives timeline ${receives ?? 'of no WAL'}, ${primary} is on ${timeline}`);
  const behind = Math.max(0, (source.value.writeLsn ?? 0) - (row.replayLsn ?? source.value.writeLsn ?? 0));
  return holds(`${member} streams from ${primary} on timeline ${timeline}, ${formatBytes(behind)} behind at replay`);
}
