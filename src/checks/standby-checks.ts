import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Server } from '../core/server.ts';
import { known } from '../core/reading.ts';
import { standbyRow } from '../core/standby-row.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { minorVersion, noBackup } from './candidate-checks.ts';
import type { BareScene } from './scene.ts';
import { settingsChecks } from './settings-checks.ts';
import { lagOf } from './standby-choice.ts';

const hard = { hard: true };
const CHOOSE = 'Choose another member with `--to`, or mend this one first.';
const WAIT = 'Wait until it has caught up, or choose another member.';

/** Whether a plain standby can take over without loss. */
export function standbyChecks(scene: BareScene, member: MemberReadings): readonly Check[] {
  return [
    streams(scene, member),
    replays(member),
    ...lag(scene, member),
    ...settingsChecks(scene, member),
    ...rest(scene, member),
  ];
}

function rest(scene: BareScene, member: MemberReadings): readonly Check[] {
  return [noBackup(scene, member), minorVersion(scene, member), syncNames(scene, member)];
}

/** No replication row means 'not streaming', never lag 0. */
function streams({ leader, leaderSql }: BareScene, member: MemberReadings): Check {
  const id = 'candidate-streaming';
  const { name, sql } = member;
  if (!sql.ok) return blocked(id, `PostgreSQL on ${name} cannot be read: ${sql.why}`, CHOOSE, hard);
  if (sql.value.systemId !== leaderSql.systemId)
    return blocked(id, `${name} belongs to another database cluster (system id ${sql.value.systemId})`, CHOOSE, hard);
  const row = standbyRow(leaderSql, member);
  if (!row) return blocked(id, `${name} does not stream from ${leader.name}: it is not connected there`, CHOOSE, hard);
  if (row.state !== 'streaming') return blocked(id, `${name} is connected to ${leader.name} in state ${row.state}`, CHOOSE, hard);
  const timeline = sql.value.walReceiver?.timeline ?? sql.value.timeline;
  return timeline === leaderSql.timeline
    ? passed(id, `${name} streams from ${leader.name} on the same timeline ${timeline}, with the same system identifier`)
    : blocked(id, `${name} is on timeline ${timeline}, ${leader.name} on ${leaderSql.timeline}`, CHOOSE, hard);
}

function replays({ name, sql }: MemberReadings): Check {
  const id = 'candidate-replay';
  return known(sql)?.replayPaused
    ? blocked(id, `replay is paused on ${name}`, 'Run `select pg_wal_replay_resume()` there, or choose another member.', hard)
    : passed(id, `${name} replays`);
}

function lag(scene: BareScene, member: MemberReadings): readonly Check[] {
  const { limits } = scene.facts;
  const bytes = lagOf(scene, member);
  const { name } = member;
  if (bytes === undefined) return [blocked('candidate-lag', `the lag of ${name} is not known`, WAIT, hard)];
  const limit = `at most ${formatBytes(limits.maxReplayLagBytes)}`;
  const says = `${name} replays ${formatBytes(bytes)} behind ${scene.leader.name}`;
  const ms = standbyRow(scene.leaderSql, member)?.replayLagMs ?? 0;
  const time = `at most ${formatDuration(limits.maxReplayLagMs)}`;
  return [
    bytes <= limits.maxReplayLagBytes
      ? passed('candidate-lag', says, limit)
      : blocked('candidate-lag', says, WAIT, { hard: false, limit }),
    ms <= limits.maxReplayLagMs
      ? passed('candidate-lag-time', `${name} replays ${formatDuration(ms)} behind`, time)
      : warned('candidate-lag-time', `${name} replays ${formatDuration(ms)} behind`, WAIT, time),
  ];
}

/** A new primary that waits for a standby which is not there takes no commit (PostgreSQL docs, synchronous_standby_names). */
function syncNames({ leader, leaderSql }: BareScene, { name, sql }: MemberReadings): Check {
  const id = 'candidate-sync-names';
  const own = known(sql)?.synchronousStandbyNames ?? '';
  const says = `synchronous_standby_names is '${leaderSql.synchronousStandbyNames}' on ${leader.name} and '${own}' on ${name}`;
  return own === ''
    ? passed(id, `commits on ${name} will not wait for a standby`)
    : warned(id, says, `See that commits on ${name} can be confirmed by a standby that will stream from it.`);
}

/** Whether a member's services and files are what the steps will act on; `leads`: it will be stopped and fenced. */
export function hostCheck(scene: BareScene, member: MemberReadings, server: Server | string, leads: boolean): Check {
  const id = leads ? 'leader-host' : 'candidate-host';
  const { name } = member;
  if (typeof server === 'string')
    return blocked(
      id,
      `the host of ${name} could not be asked: ${server}`,
      'The steps act on it over ssh. See to that first.',
      hard,
    );
  const { process, control, postgres } = server;
  if (process !== 'running' || control?.systemId !== scene.leaderSql.systemId)
    return blocked(
      id,
      `no server of this cluster runs in the data directory that is configured for ${name}`,
      'Set dataDirectory of the member in the configuration to what `show data_directory` says.',
      hard,
    );
  if (postgres.active !== 'active')
    return blocked(
      id,
      `the unit of PostgreSQL on ${name} is ${postgres.active}, although the server runs`,
      'Start it by its unit, or set postgresUnit of the member: the steps stop and start it by systemd.',
      hard,
    );
  if (leads && !postgres.enabled.startsWith('enabled'))
    return warned(
      id,
      `the unit of PostgreSQL on ${name} is ${postgres.enabled}`,
      'Afterwards it is not masked; enable it if a boot should start it.',
    );
  return passed(id, `${name} runs by its unit, in the data directory that is configured`);
}
