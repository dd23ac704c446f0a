import type { Activity, MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { SHARED_MEMORY_SETTINGS } from '../core/shared-memory-settings.ts';
import type { BareScene } from './scene.ts';
import { activityOf } from './scene.ts';

const AT_LEAST = Object.keys(SHARED_MEMORY_SETTINGS);

/** Settings that decide whether the member can carry the leader's load, and whether it replays without delay. */
export function settingsChecks(scene: BareScene, { name }: MemberReadings): readonly Check[] {
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
    freePlaces(scene, name, own.value),
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

/**
 * Every other member will stream from the candidate, each by a WAL sender and a slot of its own (repmgr checks the same before a
 * switchover); a slot that Patroni has made there already needs no further place.
 */
function freePlaces({ leader, others }: BareScene, name: string, { settings, walSendersInUse, slotNames }: Activity): Check {
  const id = 'candidate-places';
  const followers = [leader, ...others].map((member) => member.name).filter((member) => member !== name);
  const senders = Number(settings.max_wal_senders) - walSendersInUse;
  const missing = followers.filter((member) => !slotNames.includes(slotNameOf(member)));
  const slots = Number(settings.max_replication_slots) - slotNames.length;
  const says = `${name} has ${senders} WAL senders and ${slots} slots free for ${followers.join(', ')}`;
  return senders >= followers.length && slots >= missing.length
    ? passed(id, says)
    : warned(id, says, 'Raise max_wal_senders or max_replication_slots, or drop what is not used, or not all can follow.');
}

/** Patroni's name of a member's slot (patroni/utils.py, slot_name_from_member_name). */
function slotNameOf(member: string): string {
  return member.toLowerCase().replaceAll(/[-. ]/g, '_');
}
