import type { MemberReadings } from '../core/cluster.ts';
import type { Part, Sign } from '../core/message.ts';
import { known } from '../core/reading.ts';
import { type Facts, isSilent } from './facts.ts';
import { lagWords, ownPositionWords, upstreamWords } from './lag-words.ts';
import { mayNotLead } from './may-not-lead.ts';
import { standbySign } from './standby-sign.ts';
import type { StandbyLag } from './standby-lags.ts';
import { isSync } from './sync-findings.ts';
import { timelineOf } from './timeline-of.ts';

/** One line of the answer: name, role, state, timeline and lag of one member, with its sign. */
export function memberLine(member: MemberReadings, facts: Facts): Part {
  const lag = facts.lags.find(({ name }) => name === member.name);
  const words = isSilent(member, facts.patroni) ? silentWords(member, facts) : answeringWords(member, facts, lag);
  return { sign: signOf(member, facts, lag), line: [{ bold: member.name }, `: ${words.join(', ')}`] };
}

function signOf(member: MemberReadings, facts: Facts, lag: StandbyLag | undefined): Sign {
  const { evidence, patroni } = facts;
  if (isSilent(member, patroni)) return 'bad';
  if (evidence.standing === 'several' && evidence.primaries.includes(member.name)) return 'bad';
  if (evidence.leader === member.name) return 'leader';
  if (lag && lag.state !== 'unknown') return standbySign(lag, facts.limits);
  return facts.primarySql || !member.sql.ok ? 'unknown' : 'waiting';
}

function silentWords({ name }: MemberReadings, { evidence, dcs, patroni }: Facts): readonly string[] {
  const key = dcs?.members[name];
  const lastKnown = key
    ? `etcd still lists it (${key.role ?? 'role unknown'}, ${key.state ?? 'state unknown'})`
    : 'etcd no longer lists it';
  return ['does not answer', ...(evidence.key === name ? ['still holds the leader key'] : patroni && dcs ? [lastKnown] : [])];
}

function answeringWords(member: MemberReadings, facts: Facts, lag: StandbyLag | undefined): readonly string[] {
  const timeline = timelineOf(member, facts.dcs);
  return [
    roleOf(member, facts, lag),
    lag && lag.state !== 'unknown' ? `${lag.state}${lag.upstream ? ` from ${lag.upstream}` : ''}` : stateOf(member),
    ...(timeline === undefined ? [] : [`timeline ${timeline}`]),
    ...(lag ? lagOrPosition(lag) : []),
    ...(member.sql.ok ? [] : ['SQL not read']),
    ...(member.patroni.ok || !facts.patroni ? [] : ['REST not read']),
    ...(mayNotLead(member, facts.dcs) ? ['nofailover'] : []),
  ];
}

function roleOf({ name, sql, patroni }: MemberReadings, facts: Facts, lag: StandbyLag | undefined): string {
  const { evidence } = facts;
  if (evidence.leader === name) return known(patroni)?.role === 'standby_leader' ? 'standby leader' : 'leader';
  if (evidence.primaries.includes(name)) return facts.patroni ? `primary ${keyWords(name, facts)}` : 'primary';
  if (isSync(lag?.syncState)) return lag?.syncState === 'quorum' ? 'quorum standby' : 'sync standby';
  if (known(sql)?.inRecovery) return 'replica';
  return known(patroni)?.role ?? 'role unknown';
}

function keyWords(name: string, { evidence }: Facts): string {
  return evidence.key === name ? 'with the leader key' : 'without the leader key';
}

function stateOf({ sql, patroni }: MemberReadings): string {
  return known(patroni)?.state ?? (sql.ok ? 'running' : 'state unknown');
}

/** Without a primary to compare with, how far it got itself. */
function lagOrPosition(lag: StandbyLag): readonly string[] {
  const words = lagWords(lag);
  if (words.length > 0) return [...words, ...upstreamWords(lag)];
  return ownPositionWords(lag);
}
