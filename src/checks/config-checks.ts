import { blocked, type Check, passed, warned } from '../core/check.ts';
import { HOT_STANDBY_KEYS } from '../core/config-keys.ts';
import { comparable, configKey } from '../core/config-value.ts';
import type { Risk } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { type ConfigScene, needsRestart } from './config-plan.ts';
import { membersAnswer } from './members-answer.ts';
import { slotsFit } from './slots-fit-check.ts';
import { slotsKept, slotsLost } from './slots-kept-check.ts';

/** The pre-flight list of a change of the dynamic configuration. */
export function configChecks(scene: ConfigScene): readonly Check[] {
  return [
    dcsTiming(scene),
    supported(scene),
    overrides(scene),
    hotStandby(scene),
    synchronous(scene),
    slotsKept(scene),
    slotsFit(scene),
    membersRead(scene),
    membersAnswer(scene),
  ];
}

/** A logical slot that is lost takes changes with it. Strict synchronous mode stops writes while no synchronous standby is there (Patroni docs/replication_modes.rst). */
export function configRisk(scene: ConfigScene): { readonly risk: Risk; readonly riskReason?: string } {
  const logical = slotsLost(scene).filter(({ kind }) => kind === 'logical');
  if (logical.length > 0)
    return {
      risk: 'can-lose-data',
      riskReason: `what the consumers of ${logical.map(({ name }) => name).join(' and ')} have not read is lost to them`,
    };
  const says = strictWords(scene);
  return says === undefined ? { risk: 'interrupts-nothing' } : { risk: 'interrupts-writes', riskReason: says };
}

const DEFAULTS = { ttl: 30, loop_wait: 10, retry_timeout: 10 };

/** Patroni docs/dynamic_configuration.rst: loop_wait + 2 * retry_timeout <= ttl, or a member can lose its lease while it retries. */
function dcsTiming({ changes, held }: ConfigScene): Check {
  const id = 'dcs-timing';
  const limit = 'loop_wait + 2 x retry_timeout at most ttl';
  const after = (name: keyof typeof DEFAULTS): number => {
    const change = changes.find(({ key }) => key.name === name);
    return Number((change ? change.after : held[name]) ?? DEFAULTS[name]);
  };
  const [ttl, wait, retry] = [after('ttl'), after('loop_wait'), after('retry_timeout')];
  const sum = wait + 2 * retry;
  const says = `loop_wait ${wait} s + 2 x retry_timeout ${retry} s = ${sum} s, ttl ${ttl} s`;
  if (sum <= ttl) return passed(id, says, limit);
  const touched = changes.some(({ key }) => key.name in DEFAULTS);
  const hint = 'Raise ttl or lower the others in the same change: a member can lose its lease while it still retries.';
  return touched ? blocked(id, says, hint, { hard: true, limit }) : warned(id, says, hint, limit);
}

function supported({ changes, members }: ConfigScene): Check {
  const id = 'supported';
  const unknown = changes.filter(({ unknownTo }) => unknownTo.length > 0);
  if (unknown.length > 0)
    return blocked(
      id,
      `not known to this PostgreSQL: ${unknown.map(({ key, unknownTo }) => `${key.name} on ${unknownTo.join(', ')}`).join('; ')}`,
      'Leave it out; another major version has it.',
      { hard: true },
    );
  const quorum = changes.some(({ key, after }) => key.name === 'synchronous_mode' && after === 'quorum');
  const old = members.flatMap(({ name, patroni }) => {
    const version = known(patroni)?.patroniVersion ?? '';
    return Number.parseInt(version, 10) < 4 ? [`${name} ${version}`] : [];
  });
  return quorum && old.length > 0
    ? blocked(
        id,
        `synchronous_mode=quorum needs Patroni 4.0, and there is ${old.join(', ')}`,
        'Upgrade Patroni first, or use on.',
        { hard: true },
      )
    : passed(id, 'every member that was read knows these settings');
}

function overrides({ changes }: ConfigScene): Check {
  const id = 'no-override';
  const all = changes.flatMap(({ key, overridden }) => overridden.map(({ member, by }) => `${key.name} on ${member} by ${by}`));
  return all.length === 0
    ? passed(id, 'nothing on the members stands above the dynamic configuration for these')
    : warned(
        id,
        `decided elsewhere and not changed by this: ${all.join('; ')}`,
        'Take that away there (ALTER SYSTEM RESET, patroni.yml), or it stays.',
      );
}

/** Hot standby: raised on the standbys first, lowered on the primary first (PostgreSQL docs, hot-standby, Administrator's Overview). */
function hotStandby({ changes, dcs, names }: ConfigScene): Check {
  const id = 'hot-standby-order';
  const five = changes.filter((change) => HOT_STANDBY_KEYS.includes(change.key.name) && needsRestart(change));
  if (five.length === 0) return passed(id, 'none of the settings that a standby must have as high as its primary changes');
  const leader = dcs.leader ?? 'the leader';
  const standbys = names.filter((name) => name !== dcs.leader).join(', ');
  const orders = five.map(({ key, before, after }) => {
    const [was, is] = [comparable(key, before ?? undefined), comparable(configKey(key.name), after)];
    if (was === undefined || is === undefined) return `${key.name}: raised, restart ${standbys} first; lowered, ${leader} first`;
    return is > was
      ? `${key.name} is raised: restart ${standbys} first, ${leader} last`
      : `${key.name} is lowered: restart ${leader} first, then ${standbys}`;
  });
  return warned(id, orders.join('; '), 'Restarted in another order, a standby stops replaying or does not start.');
}

function synchronous(scene: ConfigScene): Check {
  const id = 'sync-standbys';
  const says = strictWords(scene);
  return says === undefined
    ? passed(id, 'no change to synchronous replication that could stop writes')
    : warned(id, says, 'Bring a standby back first, or leave the strict mode off.');
}

function strictWords({ changes, held, leader }: ConfigScene): string | undefined {
  const after = (name: string) => {
    const change = changes.find(({ key }) => key.name === name);
    return change ? change.after : (held[name] ?? null);
  };
  const touched = changes.some(({ key }) => key.name.startsWith('synchronous_'));
  const isOn = (value: unknown) => value === true || value === 'quorum' || value === 'on';
  if (!touched || !isOn(after('synchronous_mode')) || !isOn(after('synchronous_mode_strict'))) return undefined;
  const wanted = Number(after('synchronous_node_count') ?? 1);
  const streaming = (known(leader?.sql)?.standbys ?? []).filter(({ state }) => state === 'streaming').length;
  if (streaming > wanted) return undefined;
  return `strict synchronous mode wants ${wanted} standby, and ${streaming} streams: writes stop when ${streaming <= 1 ? 'it' : 'one'} goes`;
}

function membersRead({ unread, names }: ConfigScene): Check {
  const id = 'members-read';
  return unread.length === 0
    ? passed(id, `the settings of all ${names.length} members were read`)
    : warned(
        id,
        `the settings of ${unread.join(' and ')} could not be read, so nothing will show that they run with it`,
        'They take it from the DCS when they are back.',
      );
}
