import type { MemberReadings, SqlMember } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { lagChecks } from './lag-checks.ts';
import { activityOf, type BareScene, type Scene } from './scene.ts';
import { reachCheck } from './reach-checks.ts';
import { settingsChecks } from './settings-checks.ts';

const hard = { hard: true };
const CHOOSE = 'Choose another member with `--to`, or mend this one first.';

/**
 * Whether a member can take over, as Patroni itself judges it ('Healthy standby', docs/rest_api.rst, and is_failover_possible in
 * patroni/ha.py, whose reasons otherwise stand in the leader's log only), and what an operator would look at beside it.
 */
export function candidateChecks(scene: Scene, member: MemberReadings): readonly Check[] {
  return [
    reachable(member),
    reachCheck(scene, member),
    streams(scene, member),
    tags(scene, member),
    watchdog(member),
    syncMode(scene, member),
    replayPaused(member),
    ...lagChecks(scene, member),
    ...settingsChecks(scene, member),
    noBackup(scene, member),
    pendingRestart(member),
    minorVersion(scene, member),
  ];
}

/** From here; whether the leader reaches it as well is another check. */
function reachable({ name, patroni, sql }: MemberReadings): Check {
  const id = 'candidate-reachable';
  if (!patroni.ok) return blocked(id, `Patroni on ${name} does not answer: ${patroni.why}`, CHOOSE, hard);
  if (!sql.ok) return blocked(id, `PostgreSQL on ${name} cannot be read: ${sql.why}`, CHOOSE, hard);
  const { state, role } = patroni.value;
  if (role !== 'replica' || !['running', 'streaming'].includes(state))
    return blocked(id, `Patroni says that ${name} is ${role} and ${state}`, CHOOSE, hard);
  return passed(id, `${name} answers by Patroni and by SQL; Patroni says it is ${state}`);
}

/** No replication row means 'not streaming', never lag 0. */
function streams({ leader, leaderSql }: Scene, { name, sql }: MemberReadings): Check {
  const id = 'candidate-streaming';
  const row = leaderSql.standbys.find((standby) => standby.name === name);
  if (!row) return blocked(id, `${name} does not stream from ${leader.name}: it is not connected there`, CHOOSE, hard);
  if (row.state !== 'streaming') return blocked(id, `${name} is connected to ${leader.name} in state ${row.state}`, CHOOSE, hard);
  const own = known(sql);
  if (!own) return blocked(id, `the timeline of ${name} could not be read`, CHOOSE, hard);
  if (!own.inRecovery) return blocked(id, `${name} is out of recovery: it is no standby`, CHOOSE, hard);
  if (own.systemId !== leaderSql.systemId)
    return blocked(id, `${name} belongs to another database cluster (system id ${own.systemId})`, CHOOSE, hard);
  const timeline = receives(own);
  return timeline === leaderSql.timeline
    ? passed(id, `${name} streams from ${leader.name} on the same timeline ${timeline}`)
    : blocked(id, `${name} is on timeline ${timeline}, ${leader.name} on ${leaderSql.timeline}`, CHOOSE, hard);
}

/** failover_priority 0 is nofailover; `nofailover: false` wins over it (Patroni docs/yaml_configuration.rst, tags). */
function tags({ dcs }: Scene, { name, patroni }: MemberReadings): Check {
  const id = 'candidate-tags';
  const { nofailover, failover_priority: priority } = known(patroni)?.tags ?? dcs.members[name]?.tags ?? {};
  if (isOn(nofailover)) return blocked(id, `${name} has the tag nofailover`, 'Remove the tag, or choose another member.', hard);
  if (nofailover === undefined && Number(priority) === 0 && priority !== undefined)
    return blocked(id, `${name} has failover_priority 0, which forbids promotion`, 'Raise it, or choose another member.', hard);
  return passed(id, `the tags of ${name} allow promotion`);
}

function watchdog({ name, patroni }: MemberReadings): Check {
  return known(patroni)?.watchdogFailed
    ? blocked('candidate-watchdog', `the watchdog that ${name} must have does not work`, CHOOSE, hard)
    : passed('candidate-watchdog', `the watchdog of ${name} works or is not asked for`);
}

/** In synchronous mode Patroni switches over to a member of /sync only (docs/replication_modes.rst). */
function syncMode({ dcs }: Scene, { name }: MemberReadings): Check {
  const id = 'candidate-sync';
  if (dcs.config.synchronousMode === 'off') return passed(id, 'synchronous mode is off, so any standby may be chosen');
  const standbys = dcs.sync?.standbys ?? [];
  return standbys.some((standby) => standby.toLowerCase() === name.toLowerCase())
    ? passed(id, `${name} is a synchronous standby`)
    : blocked(
        id,
        `synchronous mode is ${dcs.config.synchronousMode} and ${name} is not synchronous (${standbys.join(', ') || 'nobody is'})`,
        standbys.length > 0 ? `Choose ${standbys.join(' or ')}.` : 'Wait until a standby is synchronous.',
        hard,
      );
}

function replayPaused({ name, patroni, sql }: MemberReadings): Check {
  const id = 'candidate-replay';
  const paused = known(sql)?.replayPaused ?? known(patroni)?.replayPaused;
  return paused
    ? blocked(id, `replay is paused on ${name}`, 'Run `select pg_wal_replay_resume()` there, or choose another member.', hard)
    : passed(id, `${name} replays`);
}

/** A promotion breaks off a backup that is taken from the standby (PostgreSQL docs, continuous-archiving, backups from a standby). */
export function noBackup(scene: BareScene, { name }: MemberReadings): Check {
  const id = 'candidate-backup';
  const activity = activityOf(scene, name);
  if (!activity.ok)
    return warned(id, `whether a base backup runs on ${name} could not be read: ${activity.why}`, 'Look by hand.');
  const running = activity.value.baseBackups.map(({ pid, phase }) => `pid ${pid}, ${phase}`).join('; ');
  return running === ''
    ? passed(id, `no base backup runs on ${name}`)
    : blocked(id, `a base backup runs on ${name} (${running})`, 'Wait for it to end, or choose another member.', { hard: false });
}

function pendingRestart({ name, patroni }: MemberReadings): Check {
  const id = 'candidate-pending-restart';
  const value = known(patroni);
  if (!value?.pendingRestart) return passed(id, `no restart is pending on ${name}`);
  const why = Object.keys(value.pendingRestartReason ?? {}).join(', ');
  return warned(
    id,
    `a restart is pending on ${name}${why ? ` for ${why}` : ''}`,
    'Restart it before it leads: later that interrupts writes.',
  );
}

export function minorVersion({ leader, leaderSql }: BareScene, { name, sql }: MemberReadings): Check {
  const id = 'candidate-version';
  const own = known(sql)?.versionNum;
  if (own === undefined) return warned(id, `the PostgreSQL version of ${name} could not be read`, 'Compare it by hand.');
  const says = `${name} runs PostgreSQL ${version(own)}, ${leader.name} ${version(leaderSql.versionNum)}`;
  return own < leaderSql.versionNum
    ? warned(id, says, 'Update it first: fixes that the leader has would be lost.')
    : passed(id, says);
}

/** `150018` -> `15.18` (PostgreSQL docs, server_version_num). */
function version(num: number): string {
  return `${Math.floor(num / 10_000)}.${num % 10_000}`;
}

/** A standby's control file keeps the old timeline until its next restartpoint; the WAL receiver knows the current one. */
function receives(sql: SqlMember): number {
  return sql.walReceiver?.timeline ?? sql.timeline;
}

/** YAML's ways to say yes, as Patroni reads tags (patroni/utils.py, parse_bool). */
function isOn(tag: unknown): boolean {
  return tag === true || (typeof tag === 'string' && ['on', 'true', 'yes', '1'].includes(tag.toLowerCase()));
}
