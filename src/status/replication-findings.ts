import { formatBytes, formatDuration } from '../core/units.ts';
import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import { type Facts, isSilent } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';
import { isLate } from './standby-sign.ts';
import type { StandbyLag } from './standby-lags.ts';

/** Standbys that do not stream, replay too late or not at all, and a primary that nobody could succeed. */
export function replicationFindings(facts: Facts): readonly Finding[] {
  const { lags, snapshot } = facts;
  return [
    ...lags.flatMap((lag) => {
      const member = snapshot.members.find(({ name }) => name === lag.name);
      return member && !isSilent(member, facts.patroni) ? [...streams(lag, facts), ...late(lag, facts), ...paused(member)] : [];
    }),
    ...lastOne(facts),
  ];
}

function streams({ name, state }: StandbyLag, { evidence }: Facts): readonly Finding[] {
  if (state === 'streaming' || state === 'unknown') return [];
  if (state === 'not streaming')
    return [
      about(
        name,
        finding(
          'warn',
          'not-streaming',
          `${name} is not streaming: ${evidence.primary} has no row for it in pg_stat_replication`,
        ),
      ),
    ];
  return [about(name, finding('warn', 'not-yet-streaming', `${name} is not streaming yet: its WAL sender is in state ${state}`))];
}

function late(lag: StandbyLag, { limits }: Facts): readonly Finding[] {
  if (!isLate(lag, limits)) return [];
  const { name, replayBytes = 0, replayMs = 0 } = lag;
  const says =
    replayBytes > limits.maxReplayLagBytes
      ? `${formatBytes(replayBytes)} behind (limit ${formatBytes(limits.maxReplayLagBytes)})`
      : `${formatDuration(replayMs)} behind (limit ${formatDuration(limits.maxReplayLagMs)})`;
  return [finding('warn', 'replay-lag', `${name} replays ${says}`)];
}

function paused({ name, sql, patroni }: MemberReadings): readonly Finding[] {
  if (!(known(sql)?.replayPaused ?? known(patroni)?.replayPaused)) return [];
  return [about(name, finding('warn', 'replay-paused', `WAL replay is paused on ${name}: it receives but does not apply`))];
}

function lastOne({ evidence, lags, primarySql }: Facts): readonly Finding[] {
  if (!evidence.leader || !primarySql || lags.length === 0 || lags.some(({ state }) => state === 'streaming')) return [];
  return [
    finding('bad', 'no-successor', `no standby streams: if ${evidence.leader} fails now, nobody can take over without data loss`),
  ];
}
