import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Dcs, MemberReadings, SqlMember } from '../core/cluster.ts';
import { refusal } from '../core/errors.ts';
import { judgeNoPrimary } from '../core/holder-evidence.ts';
import { formatLsn } from '../core/lsn.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { etcdChecks } from './etcd-checks.ts';
import type { ReleaseFacts } from './release-facts.ts';

/** All that the steps of a release are made of. */
export interface Release {
  readonly holder: string;
  /** The most advanced member that could take over, as far as the plan knows; Patroni chooses. */
  readonly best: string;
  /** Of the best; its promotion makes the next one. */
  readonly timeline: number;
  readonly systemId: string;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
  /** Why something may be lost, where it may. */
  readonly mayLose?: string;
}

interface Candidate {
  readonly name: string;
  readonly timeline: number;
  readonly lsn: number;
  readonly systemId: string;
}

/** @throws Refusal when there is no wedge to end: no key, a primary behind it, no replica that answers. */
export function planRelease({ snapshot, server }: ReleaseFacts): Release {
  const { name: cluster, mode } = snapshot.cluster;
  if (mode !== 'patroni') throw refusal(`${cluster} has no Patroni, so no leader key can be wedged`, 'See `/pg status`.');
  if (!snapshot.dcs.ok) throw refusal(`the DCS of ${cluster} can not be read: ${snapshot.dcs.why}`, 'See to etcd first.');
  const dcs = snapshot.dcs.value;
  const holder = snapshot.members.find(({ name }) => name === dcs.leader);
  if (!holder || !server)
    throw refusal(
      `${dcs.leader ?? 'nobody'} holds the leader key of ${cluster}, so there is no key to release`,
      'Patroni takes a free key by itself; look at `/pg status`.',
    );
  const others = snapshot.members.filter(({ name }) => name !== holder.name);
  const best = bestOf(others, dcs);
  if (!best)
    throw refusal(
      `no other member of ${cluster} answers by SQL as a standby that may lead, so nobody could take the key`,
      'Bring a standby back first; the data of the holder may be all there is.',
    );
  const risk = riskOf(holder, best, dcs);
  const idle = provenIdle(holder, server, dcs.systemId);
  const wedge = `${holder.name} holds the leader key and takes no writes, so nobody does. Its Patroni is stopped; Patroni then promotes who is most advanced, which is ${best.name} as things stand.`;
  return {
    ...{ holder: holder.name, best: best.name, timeline: best.timeline, systemId: best.systemId },
    checks: [
      idle,
      nobodyElse(others),
      bestReplica(best, others),
      risk.check,
      ...etcdChecks({ facts: { snapshot, atMs: snapshot.startedAtMs } }),
      notPaused(cluster, dcs),
    ],
    notes: idle.verdict === 'block' ? [] : [wedge],
    ...(risk.mayLose === undefined ? {} : { mayLose: risk.mayLose }),
  };
}

/** The timeline that it replays, by Patroni; SQL may tell the one that it receives. */
function timelineOf({ patroni, sql }: MemberReadings): number {
  return known(patroni)?.timeline ?? known(sql)?.timeline ?? 0;
}

/** The most advanced: the latest timeline, then the furthest position (patroni/ha.py, is_healthiest_node). */
function bestOf(others: readonly MemberReadings[], { members }: Dcs): Candidate | undefined {
  const able = others.flatMap((member): readonly Candidate[] => {
    const { name, sql } = member;
    const value = known(sql);
    const tags = members[name]?.tags ?? {};
    if (!value?.inRecovery || tags.nofailover === true || tags.failover_priority === 0) return [];
    return [{ name, timeline: timelineOf(member), lsn: positionOf(value), systemId: value.systemId }];
  });
  return able.sort((a, b) => b.timeline - a.timeline || b.lsn - a.lsn || a.name.localeCompare(b.name))[0];
}

const positionOf = ({ receiveLsn = 0, replayLsn = 0 }: SqlMember): number => Math.max(receiveLsn, replayLsn);

function provenIdle(
  { name, sql, patroni }: MemberReadings,
  server: NonNullable<ReleaseFacts['server']>,
  systemId: string | undefined,
): Check {
  const id = 'holder-is-no-primary';
  const verdict = judgeNoPrimary({ member: name, sql, patroni, server, systemId });
  if (verdict.holds) return passed(id, `${name} holds the leader key, but ${verdict.says}`);
  const hint = verdict.impossible
    ? 'There is nothing to release. To move the lead: `/pg switchover`.'
    : 'See to that host first. If it is dead, Patroni acts by itself when the lease of the key ends.';
  return blocked(id, verdict.why, hint, { hard: true });
}

function nobodyElse(others: readonly MemberReadings[]): Check {
  const id = 'nobody-else-is-primary';
  const rivals = others.filter(({ sql }) => known(sql)?.inRecovery === false).map(({ name }) => name);
  if (rivals.length > 0)
    return blocked(id, `${rivals.join(' and ')} is out of recovery and takes writes`, 'Look at `/pg status` first.', {
      hard: true,
    });
  const silent = others.filter(({ sql }) => !sql.ok).map(({ name }) => name);
  return silent.length === 0
    ? passed(id, 'every other member is in recovery by SQL')
    : warned(id, `${silent.join(' and ')} does not answer by SQL`, 'Make sure that it takes no writes.');
}

function bestReplica(best: Candidate, others: readonly MemberReadings[]): Check {
  const id = 'best-replica';
  const says = others.map((member) => {
    const { name, sql } = member;
    const at = sql.ok ? `on timeline ${timelineOf(member)} at ${formatLsn(positionOf(sql.value))}` : 'does not answer';
    return `${name} ${at}`;
  });
  return passed(id, `${best.name} is the most advanced member that may lead (${says.join(', ')})`);
}

/** What the holder may have that the best has not: only where the holder is on the same timeline or a later one. */
function riskOf(holder: MemberReadings, best: Candidate, dcs: Dcs): { check: Check; mayLose?: string } {
  const id = 'bytes-at-risk';
  const own = known(holder.sql);
  if (own && own.timeline < best.timeline) {
    const says = `${holder.name} is on timeline ${own.timeline}, behind ${best.name} on ${best.timeline}: what it alone has was lost to the cluster before`;
    return { check: passed(id, says) };
  }
  const at = Math.max(dcs.optimeLsn ?? 0, own ? positionOf(own) : 0);
  if (at === 0) {
    const says = `how far ${holder.name} came is not known`;
    return { check: warned(id, says, 'What it alone has is lost to the cluster.'), mayLose: says };
  }
  const bytes = Math.max(0, at - best.lsn);
  const says = `${best.name} stands at ${formatLsn(best.lsn)}, and the cluster came to at least ${formatLsn(at)}: at least ${formatBytes(bytes)} at risk`;
  if (bytes === 0) return { check: passed(id, says) };
  return { check: warned(id, says, 'If that must not be lost, bring the holder up instead.'), mayLose: says };
}

function notPaused(cluster: string, { config }: Dcs): Check {
  return config.paused
    ? blocked('not-paused', `Patroni of ${cluster} is paused, so nobody would take the key`, 'Resume it first.', { hard: true })
    : passed('not-paused', `Patroni of ${cluster} is not paused`);
}
