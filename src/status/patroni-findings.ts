import type { Dcs, PatroniMember } from '../core/cluster.ts';
import type { Text } from '../core/message.ts';
import { known } from '../core/reading.ts';
import { formatDuration } from '../core/units.ts';
import type { Facts } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';
import { joinNames } from './join-names.ts';
import { mayNotLead } from './may-not-lead.ts';

/** What Patroni itself reports: pause, failsafe, watchdog, a stopped PostgreSQL, an old view of etcd, restarts and schedules. */
export function patroniFindings(facts: Facts): readonly Finding[] {
  const members = facts.snapshot.members.flatMap(({ name, patroni }) => {
    const rest = known(patroni);
    return rest ? [{ name, rest }] : [];
  });
  return [
    ...pause(facts),
    ...failsafe(members),
    ...members.flatMap(({ name, rest }) => [
      ...state(name, rest),
      ...watchdog(name, rest),
      ...lastSeen(name, rest, facts),
      ...pendingRestart(name, rest),
      ...scheduledRestart(name, rest),
    ]),
    ...(facts.dcs ? [...scheduledSwitchover(facts.dcs), ...nobodyMayLead(facts)] : []),
  ];
}

interface Named {
  readonly name: string;
  readonly rest: PatroniMember;
}

function pause({ dcs, snapshot }: Facts): readonly Finding[] {
  const paused = dcs ? dcs.config.paused : snapshot.members.some(({ patroni }) => known(patroni)?.paused);
  return paused ? [finding('warn', 'paused', 'Patroni is paused: no automatic failover, no scheduled actions')] : [];
}

function failsafe(members: readonly Named[]): readonly Finding[] {
  const active = members.filter(({ rest }) => rest.failsafeActive).map(({ name }) => name);
  if (active.length === 0) return [];
  return [
    finding(
      'bad',
      'failsafe-active',
      `failsafe mode is active (by ${joinNames(active)}): Patroni has lost etcd and keeps the primary only while every member answers`,
      'Do not stop or restart any member until etcd is back: one missing answer demotes the primary.',
    ),
  ];
}

const STOPPED = ['stopped', 'stopping', 'start failed', 'crashed', 'restart failed', 'initdb failed'];

function state(name: string, { state: now }: PatroniMember): readonly Finding[] {
  if (now === 'running' || now === 'streaming') return [];
  return [
    about(
      name,
      finding(
        'warn',
        'member-state',
        `PostgreSQL on ${name} is ${STOPPED.includes(now) ? 'down' : 'not ready'}: Patroni says '${now}'`,
      ),
    ),
  ];
}

function watchdog(name: string, rest: PatroniMember): readonly Finding[] {
  return rest.watchdogFailed
    ? [about(name, finding('warn', 'watchdog-failed', `the watchdog on ${name} could not be activated`))]
    : [];
}

function lastSeen(name: string, { dcsLastSeenS }: PatroniMember, { snapshot, dcs }: Facts): readonly Finding[] {
  const ageMs = dcsLastSeenS === undefined ? 0 : snapshot.startedAtMs - dcsLastSeenS * 1000;
  if (ageMs <= (dcs?.config.ttlS ?? 30) * 1000) return [];
  return [about(name, finding('warn', 'dcs-last-seen', `Patroni on ${name} last reached etcd ${formatDuration(ageMs)} ago`))];
}

function pendingRestart(name: string, { pendingRestart: pending, pendingRestartReason = {} }: PatroniMember): readonly Finding[] {
  if (!pending) return [];
  const why = Object.entries(pendingRestartReason).map(([key, value]) => `${key} ${value.old} -> ${value.new}`);
  return [
    about(
      name,
      finding(
        'info',
        'pending-restart',
        `${name} waits for a restart: ${why.join(', ') || 'this Patroni does not say for which setting'}`,
      ),
    ),
  ];
}

function scheduledRestart(name: string, { scheduledRestart: at }: PatroniMember): readonly Finding[] {
  return at === undefined ? [] : [finding('info', 'scheduled-restart', ['restart of ', name, ' is scheduled for ', ...when(at)])];
}

/** A `failover` key without a time is a switchover or failover that is happening now. */
function scheduledSwitchover({ failover }: Dcs): readonly Finding[] {
  if (!failover) return [];
  const { leader, candidate, scheduledAt } = failover;
  const what = `${leader ? `switchover from ${leader}` : 'failover'} to ${candidate ?? 'the best candidate'}`;
  if (scheduledAt === undefined) return [finding('info', 'switchover-now', `${what} was asked for and is not finished`)];
  return [finding('info', 'scheduled-switchover', [`${what} is scheduled for `, ...when(scheduledAt)])];
}

function when(at: string): Extract<Text, readonly unknown[]> {
  const timeMs = Date.parse(at);
  return [Number.isNaN(timeMs) ? at : { timeMs }];
}

function nobodyMayLead({ evidence, snapshot, dcs }: Facts): readonly Finding[] {
  const others = snapshot.members.filter(({ name }) => name !== evidence.leader);
  if (!evidence.leader || others.length === 0 || !others.every((member) => mayNotLead(member, dcs))) return [];
  return [
    finding(
      'warn',
      'nofailover-everywhere',
      `every standby is tagged nofailover: if ${evidence.leader} fails, Patroni promotes nobody`,
    ),
  ];
}
