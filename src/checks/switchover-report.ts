import { z } from 'zod';
import type { MemberReadings, Snapshot, SqlMember, Standby } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import type { RunReport } from '../core/run.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';
import { formatBytes } from '../core/units.ts';

type Line = RunReport['lines'][number];
const Material = z.object({ leader: z.string(), timeline: z.number() });

/**
 * What a switchover came to, by what the cluster shows after it: who leads on which timeline, each member's role and lag, routing
 * and slots (the engine adds how long each step took). 'Another member won' and 'incomplete' are results of their own.
 */
export function concludeSwitchover(target: string, { material, snapshot }: Ended): Conclusion {
  const before = Material.parse(material);
  const primaries = snapshot.members.filter(({ sql }) => known(sql)?.inRecovery === false);
  const streaming = snapshot.cluster.mode === 'streaming';
  const leader = streaming
    ? primaries.find(() => primaries.length === 1)
    : primaries.find(({ name }) => name === known(snapshot.dcs)?.leader);
  const sql = leader ? known(leader.sql) : undefined;
  const lines: readonly Line[] = [
    ...(leader && sql ? [timelineLine(before, leader.name, sql)] : []),
    ...(primaries.length > 1
      ? [bad(`${primaries.map(({ name }) => name).join(' and ')} are out of recovery at once: split`)]
      : []),
    ...snapshot.members.map((member) => memberLine(member, leader?.name, sql)),
    ...(leader ? routingLines(snapshot, leader.name) : []),
    ...(sql ? slotLines(sql) : []),
  ];
  const proof = streaming ? 'not exactly one member is out of recovery by SQL' : BY_BOTH;
  return { says: sentence({ ...before, cluster: snapshot.cluster.name, target, proof }, leader?.name, sql, lines), lines };
}

const BY_BOTH = 'nobody both holds the leader key and is out of recovery by SQL';

function sentence(
  asked: { leader: string; timeline: number; cluster: string; target: string; proof: string },
  leader: string | undefined,
  sql: SqlMember | undefined,
  lines: readonly Line[],
): string {
  const { cluster, target } = asked;
  if (!leader || !sql) return `${cluster} shows no proven leader: ${asked.proof}`;
  const now = `on timeline ${sql.timeline}`;
  if (leader === asked.leader) return `${leader} still leads ${cluster} ${now}; ${target} was not promoted`;
  if (leader !== target) return `${leader} leads ${cluster} ${now}, instead of ${target}, which was asked for`;
  const done = `${leader} leads ${cluster} ${now}; before it was ${asked.leader} on timeline ${asked.timeline}`;
  return lines.some(({ sign }) => sign === 'bad' || sign === 'warn')
    ? `${done}. Incomplete: not everything is in order yet`
    : done;
}

export function timelineLine(before: { leader: string; timeline: number }, leader: string, { timeline }: SqlMember): Line {
  if (leader === before.leader && timeline === before.timeline) return warn(`The timeline is still ${timeline}`);
  const text = `Timeline ${before.timeline} -> ${timeline}`;
  return timeline === before.timeline + 1 ? ok(text) : warn(`${text}: the leader changed more than once`);
}

export function memberLine(
  { name, sql, patroni }: MemberReadings,
  leader: string | undefined,
  primary: SqlMember | undefined,
): Line {
  if (!sql.ok) return bad(`${name} does not answer by SQL: ${sql.why}`);
  const restart = known(patroni)?.pendingRestart ? ', a restart is pending' : '';
  if (name === leader) return ok(`${name} is the leader${restart}`);
  if (!sql.value.inRecovery) return bad(`${name} is out of recovery, but does not lead`);
  const row = primary?.standbys.find((standby) => standby.name === name);
  if (!primary || row?.state !== 'streaming')
    return bad(`${name} does not stream from ${leader ?? 'a leader'} (${row?.state ?? 'not connected'})`);
  const own = sql.value.walReceiver?.timeline ?? sql.value.timeline;
  if (own !== primary.timeline) return bad(`${name} receives timeline ${own}, not ${primary.timeline}`);
  return ok(`${name} streams, ${lagOf(row, primary)}${restart}`);
}

function lagOf({ replayLsn, syncState }: Standby, { writeLsn }: SqlMember): string {
  const sync = syncState === 'sync' || syncState === 'quorum' ? `, ${syncState}` : '';
  if (replayLsn === undefined || writeLsn === undefined) return `its replay lag is not known${sync}`;
  return `replays ${formatBytes(Math.max(0, writeLsn - replayLsn))} behind${sync}`;
}

export function routingLines({ proxies, vip }: Snapshot, leader: string): readonly Line[] {
  const routed = proxies.map(({ name, stats }) => {
    if (!stats.ok) return warn(`${name} could not be read: ${stats.why}`);
    const up = stats.value.primary.filter(({ status }) => status.startsWith('UP')).map(({ member }) => member);
    const text = `${name} sends writes to ${up.join(' and ') || 'nobody'}`;
    return up.length === 1 && up[0] === leader ? ok(text) : bad(text);
  });
  if (!vip) return routed;
  if (!vip.holders.ok) return [...routed, warn(`Who holds the VIP ${vip.address} could not be read: ${vip.holders.why}`)];
  const holders = vip.holders.value;
  const text = `The VIP ${vip.address} is held by ${holders.join(' and ') || 'nobody'}`;
  return [...routed, holders.length === 1 ? ok(text) : bad(text)];
}

export function slotLines({ slots }: SqlMember): readonly Line[] {
  return slots
    .filter(({ active, walStatus }) => !active || walStatus === 'lost' || walStatus === 'unreserved')
    .map(({ name, active, walStatus }) => {
      const state = `${active ? 'active' : 'inactive'}${walStatus ? `, WAL ${walStatus}` : ''}`;
      return warn(`The slot ${name} is ${state}`);
    });
}

const ok = (text: string): Line => ({ sign: 'ok', text });
const warn = (text: string): Line => ({ sign: 'warn', text });
const bad = (text: string): Line => ({ sign: 'bad', text });
