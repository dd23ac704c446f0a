import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed } from '../core/check.ts';
import type { Scene } from './scene.ts';
import { activityOf } from './scene.ts';

/** A standby must have them at least as high as its primary (PostgreSQL docs, hot-standby, Administrator's Overview). */
const AT_LEAST = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
];

/** Settings that decide whether the member can carry the leader's load, and whether it replays without delay. */
export function settingsChecks(scene: Scene, { name }: MemberReadings): readonly Check[] {
  const own = activityOf(scene, name);
  const theirs = activityOf(scene, scene.leader.name);
  const unread = !own.ok ? `${name}: ${own.why}` : !theirs.ok ? `${scene.leader.name}: ${theirs.why}` : undefined;
  if (!own.ok || !theirs.ok) {
    const hint = 'Ask again when both answer by SQL.';
    return [blocked('candidate-settings', `the settings could not be read from ${unread}`, hint, { hard: false })];
  }
  return [
    asHigh(name, own.value.settings, scene.leader.name, theirs.value.settings),
    noDelay(name, own.value.settings.recovery_min_apply_delay ?? '0'),
  ];
}

type Settings = Readonly<Record<string, string>>;

function asHigh(name: string, own: Settings, leader: string, theirs: Settings): Check {
  const id = 'candidate-settings';
  const lower = AT_LEAST.filter((key) => Number(own[key]) < Number(theirs[key])).map(
    (key) => `${key} ${own[key]} < ${theirs[key]}`,
  );
  return lower.length === 0
    ? passed(id, `${name} has the settings of ${leader} or higher`, AT_LEAST.join(', '))
    : blocked(id, `${name} has lower settings than ${leader}: ${lower.join(', ')}`, 'Raise them and restart it first.', {
        hard: false,
      });
}

function noDelay(name: string, delay: string): Check {
  return Number.parseFloat(delay) > 0
    ? blocked(
        'candidate-delay',
        `${name} replays with a delay on purpose (recovery_min_apply_delay ${delay})`,
        'Choose another member.',
        {
          hard: false,
        },
      )
    : passed('candidate-delay', `${name} replays without a delay`);
}
