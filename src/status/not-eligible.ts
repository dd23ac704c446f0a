import type { MemberReadings } from '../core/cluster.ts';
import { formatBytes } from '../core/units.ts';
import { type Facts, isSilent } from './facts.ts';
import { mayNotLead } from './may-not-lead.ts';
import { positionOf } from './most-advanced.ts';
import { timelineOf } from './timeline-of.ts';

/**
 * Why Patroni would not promote this member by itself, as a clause; `undefined` when nothing known bars it. The rules are those of
 * patroni/ha.py, `is_failover_possible` and `_is_healthiest_node`.
 */
export function notEligible(member: MemberReadings, facts: Facts): string | undefined {
  const { dcs, patroni } = facts;
  if (isSilent(member, patroni)) return 'it does not answer';
  if (!member.patroni.ok) return `its Patroni does not answer (${member.patroni.why})`;
  if (mayNotLead(member, dcs)) return 'it is tagged nofailover (or failover_priority 0)';
  return tooFarBehind(member, facts) ?? wrongTimeline(member, facts) ?? notSync(member, facts);
}

function tooFarBehind(member: MemberReadings, { dcs }: Facts): string | undefined {
  const lsn = positionOf(member, dcs)?.lsn;
  if (!dcs || dcs.optimeLsn === undefined || lsn === undefined) return undefined;
  const behind = dcs.optimeLsn - lsn;
  const limit = dcs.config.maximumLagOnFailoverBytes;
  if (behind <= limit) return undefined;
  return `it has ${formatBytes(behind)} less WAL than the leader last reported (maximum_lag_on_failover is ${formatBytes(limit)})`;
}

function wrongTimeline(member: MemberReadings, { dcs }: Facts): string | undefined {
  if (!dcs?.config.checkTimeline) return undefined;
  // History has a row for every timeline that was left, so the cluster is on the next one.
  const last = dcs.history.at(-1)?.timeline;
  const own = timelineOf(member, dcs);
  if (last === undefined || own === undefined || own > last) return undefined;
  return `it is on timeline ${own}, the cluster was on ${last + 1} (check_timeline)`;
}

function notSync({ name }: MemberReadings, { dcs }: Facts): string | undefined {
  if (!dcs || dcs.config.synchronousMode === 'off' || !dcs.sync?.leader) return undefined;
  const { leader, standbys } = dcs.sync;
  const allowed = [leader, ...standbys].some((other) => other.toLowerCase() === name.toLowerCase());
  return allowed ? undefined : 'it was not a sync standby (synchronous mode)';
}
