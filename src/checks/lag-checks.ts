import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import type { Scene } from './scene.ts';

const WAIT = 'Wait until it has caught up, or choose another member.';

/** Bytes between the leader's last write and what the member replayed, by SQL on the leader; `undefined`: not streaming. */
export function replayLag({ leaderSql }: Scene, member: string): { readonly bytes: number; readonly ms: number } | undefined {
  const row = leaderSql.standbys.find(({ name }) => name === member);
  if (row?.state !== 'streaming' || row.replayLsn === undefined || leaderSql.writeLsn === undefined) return undefined;
  return { bytes: Math.max(0, leaderSql.writeLsn - row.replayLsn), ms: row.replayLagMs ?? 0 };
}

/** The lag that a switchover waits for: the lower of our limit and Patroni's maximum_lag_on_failover. */
export function lagLimit({ facts, dcs }: Scene): number {
  return Math.min(facts.limits.maxReplayLagBytes, dcs.config.maximumLagOnFailoverBytes);
}

/**
 * Live lag against our limits and against maximum_lag_on_failover, which Patroni tests only after it accepted the request: its
 * reason then stands in the leader's log alone.
 */
export function lagChecks(scene: Scene, { name }: MemberReadings): readonly Check[] {
  const { leader, facts, dcs } = scene;
  const lag = replayLag(scene, name);
  const unknown = `the lag of ${name} is not known: ${leader.name} has no streaming row for it`;
  if (!lag) return [blocked('candidate-lag', unknown, WAIT, { hard: true })];
  const behind = `${name} replays ${formatBytes(lag.bytes)} behind ${leader.name}`;
  return [
    ownLimit(behind, lag.bytes, facts.limits.maxReplayLagBytes),
    patroniLimit(behind, lag.bytes, dcs.config.maximumLagOnFailoverBytes),
    time(name, lag.ms, facts.limits.maxReplayLagMs),
  ];
}

function ownLimit(behind: string, bytes: number, max: number): Check {
  const limit = `at most ${formatBytes(max)}`;
  return bytes <= max ? passed('candidate-lag', behind, limit) : blocked('candidate-lag', behind, WAIT, { hard: false, limit });
}

function patroniLimit(behind: string, bytes: number, max: number): Check {
  const id = 'candidate-lag-patroni';
  const limit = `maximum_lag_on_failover ${formatBytes(max)}`;
  return bytes <= max
    ? passed(id, behind, limit)
    : blocked(id, `${behind}: Patroni would refuse it`, WAIT, { hard: true, limit });
}

function time(name: string, ms: number, max: number): Check {
  const says = `${name} replays ${formatDuration(ms)} behind`;
  const limit = `at most ${formatDuration(max)}`;
  return ms <= max ? passed('candidate-lag-time', says, limit) : warned('candidate-lag-time', says, WAIT, limit);
}
