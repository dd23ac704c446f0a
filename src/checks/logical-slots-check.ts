import type { Activity, MemberReadings, Slot } from '../core/cluster.ts';
import { type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import type { BareScene } from './scene.ts';

/** PostgreSQL 17 (release notes, E.1.3.5): slots made with `failover` are copied to standbys. */
const FIRST_WITH_FAILOVER_SLOTS = 17;

/** Which logical slots of the leader its candidate has as well, so that their consumers go on; and why the others do not survive. */
export function logicalSlotsCheck(scene: BareScene, candidate: MemberReadings, { logicalSlots: names }: Activity): Check {
  const id = 'leader-logical-slots';
  const { leader } = scene;
  if (names.length === 0) return passed(id, `${leader.name} has no logical slot`);
  const found = names.map((name) => ({ name, why: whyLost(scene, candidate, name) }));
  const kept = found.filter(({ why }) => why === undefined).map(({ name }) => name);
  const keeps =
    kept.length > 0 ? `${kept.join(', ')} ${kept.length > 1 ? 'survive' : 'survives'}: ${candidate.name} has it too` : '';
  const lost = found.flatMap(({ name, why }) => (why === undefined ? [] : [`${name} does not survive: ${why}`]));
  if (lost.length === 0) return passed(id, `of the logical slots of ${leader.name}, ${keeps}`);
  return warned(id, `of the logical slots of ${leader.name}, ${[...lost, ...(keeps ? [keeps] : [])].join('; ')}`, hintFor(scene));
}

function whyLost({ facts, leader, leaderSql }: BareScene, { name: to, sql }: MemberReadings, name: string): string | undefined {
  const { snapshot } = facts;
  const copy = known(sql)?.slots.find((slot) => slot.name === name && slot.kind === 'logical');
  const isPermanent = known(snapshot.dcs)?.permanentSlots?.includes(name) === true;
  if (isPermanent) return copy ? undefined : `Patroni keeps it, but has not copied it to ${to} yet`;
  const major = Math.floor(leaderSql.versionNum / 10_000);
  const byPatroni = snapshot.cluster.mode === 'patroni' ? ' and Patroni does not keep it' : '';
  if (major < FIRST_WITH_FAILOVER_SLOTS) return `PostgreSQL ${major} has no failover slots${byPatroni}`;
  const own = leaderSql.slots.find((slot) => slot.name === name);
  if (!own?.failover) return `it is no failover slot on ${leader.name}${byPatroni}`;
  return isSynced(copy) ? undefined : `it is a failover slot, but ${to} has no synchronised copy (sync_replication_slots)`;
}

const isSynced = (copy: Slot | undefined): boolean => copy?.synced === true;

function hintFor({ facts: { snapshot }, leaderSql }: BareScene): string {
  const ways = [
    ...(snapshot.cluster.mode === 'patroni' ? ['name it under `slots` in the dynamic configuration of Patroni'] : []),
    ...(leaderSql.versionNum >= FIRST_WITH_FAILOVER_SLOTS * 10_000 ? ['make it with failover = true'] : []),
  ];
  const keep = ways.length > 0 ? ` To keep one: ${ways.join(', or ')}.` : '';
  return `The consumer of a lost slot starts over on the new leader, with a new copy of its tables: warn it.${keep}`;
}
