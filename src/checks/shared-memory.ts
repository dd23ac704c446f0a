import { blocked, type Check, passed, warned } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { SHARED_MEMORY_SETTINGS } from '../core/shared-memory-settings.ts';
import { activityOf, type Scene } from './scene.ts';

/** A setting that a restart changes on a member. */
interface Resize {
  readonly member: string;
  readonly setting: string;
  readonly from: number;
  readonly to: number;
}

/** Who restarts first, and the checks that say why. */
export interface RestartOrder {
  readonly first: 'replicas' | 'leader';
  readonly checks: readonly Check[];
  /** A sentence for the approver, where the settings decide. */
  readonly why?: string;
}

/**
 * The order that Patroni's documentation asks for (docs/patroni_configuration.rst, 'PostgreSQL parameters that touch shared memory'):
 * raised, the standbys first; lowered, the leader first.
 * @throws Refusal when one is raised and another lowered, as no order is right for both.
 */
export function restartOrder(scene: Scene, replicas: readonly string[], restartsLeader: boolean): RestartOrder {
  const names = [...replicas, ...(restartsLeader ? [scene.leader.name] : [])];
  const changes = names.flatMap((name) => resizes(scene, name));
  const up = changes.filter(({ from, to }) => to > from);
  const down = changes.filter(({ from, to }) => to < from);
  if (!restartsLeader) return { first: 'replicas', checks: [replicasOnly(scene, down)] };
  const risen = up.filter(({ member }) => member === scene.leader.name);
  if (risen.length > 0 && down.length > 0 && replicas.length > 0) throw mixed(risen, down);
  if (down.length > 0 && risen.length === 0)
    return {
      first: 'leader',
      checks: [passed('shared-memory-order', `${told(down)} goes down: the leader first, then the standbys`)],
      why: `The leader restarts first, because ${told(down)} goes down: a standby must never have less than its leader.`,
    };
  return {
    first: 'replicas',
    checks: [standbysHaveIt(scene, risen, replicas)],
    ...(risen.length > 0
      ? { why: `The standbys restart first, because ${told(risen)} goes up: a standby must never have less than its leader.` }
      : {}),
  };
}

/** What a restart will change on a member: the DCS against its pg_settings; nothing where it could not be read. */
function resizes(scene: Scene, name: string): readonly Resize[] {
  const settings = known(activityOf(scene, name))?.settings;
  if (!settings) return [];
  return Object.keys(SHARED_MEMORY_SETTINGS).flatMap((setting) => {
    const from = Number(settings[setting]);
    const to = wanted(scene, setting);
    return Number.isInteger(from) && Number.isInteger(to) && from !== to ? [{ member: name, setting, from, to }] : [];
  });
}

function wanted({ dcs }: Scene, setting: string): number {
  const given = dcs.config.sharedMemory?.[setting];
  return given === undefined ? (SHARED_MEMORY_SETTINGS[setting] ?? Number.NaN) : Number(given);
}

/** A standby with less than its leader pauses replay, or ends before PostgreSQL 14 (PostgreSQL docs, hot-standby). */
function standbysHaveIt(scene: Scene, risen: readonly Resize[], restarted: readonly string[]): Check {
  const id = 'shared-memory-order';
  if (risen.length === 0) return passed(id, 'no setting that sizes shared memory changes on the leader');
  const others = scene.others.map(({ name }) => name).filter((name) => !restarted.includes(name));
  const lower = others.filter((name) => {
    const own = known(activityOf(scene, name))?.settings;
    return !own || risen.some(({ setting, to }) => !(Number(own[setting]) >= to));
  });
  if (lower.length === 0) return passed(id, `${told(risen)} goes up: every standby has it before the leader`);
  return blocked(
    id,
    `${told(risen)} goes up on the leader, and ${lower.join(' and ')} has less or could not be read: it would stop replaying`,
    `Restart ${lower.join(' and ')} first; \`/pg restart ${scene.cluster} --pending\` does it in the right order.`,
    { hard: false },
  );
}

/** Patroni starts a standby with what pg_controldata says of the leader where that is more, and leaves the restart pending. */
function replicasOnly(scene: Scene, down: readonly Resize[]): Check {
  const id = 'shared-memory-order';
  const leader = known(activityOf(scene, scene.leader.name))?.settings ?? {};
  const early = down.filter(({ setting, to }) => Number(leader[setting]) > to);
  return early.length === 0
    ? passed(id, 'no setting that sizes shared memory is lower than on the leader')
    : warned(
        id,
        `${told(early)} goes down, but ${scene.leader.name} still has the old value: the standby keeps it too, and its restart stays pending`,
        `Restart the leader first; \`/pg restart ${scene.cluster} --pending\` does it in the right order.`,
      );
}

function mixed(up: readonly Resize[], down: readonly Resize[]): Error {
  return refusal(
    `${told(up)} goes up, which wants the standbys first, and ${told(down)} goes down, which wants the leader first`,
    'No order is right for both. Change the one that goes up, restart, then the one that goes down, and restart again.',
  );
}

/** `max_connections (100 -> 200)`, each setting once. */
function told(changes: readonly Resize[]): string {
  return [...new Set(changes.map(({ setting, from, to }) => `${setting} (${from} -> ${to})`))].join(' and ');
}
