import { z } from 'zod';
import type { Backups } from '../core/backups.ts';
import type { Activity, MemberReadings, Snapshot } from '../core/cluster.ts';
import type { Lingering } from '../core/lingering.ts';
import type { PoolerReadings } from '../core/pooler.ts';
import type { RestReach } from '../core/rest-reach.ts';
import { type Reading, known } from '../core/reading.ts';
import type { Limits, View } from '../core/view.ts';

/** All that a switchover's plan is made from. Readings are validated where they were read; here only the frame is. */
export const SwitchoverFacts = z.object({
  /** Epoch milliseconds. */
  atMs: z.number(),
  snapshot: z.custom<Snapshot>(isObject),
  /** By member. */
  activities: z.record(z.string(), z.custom<Reading<Activity>>(isObject)),
  /** By standby: whether the leader's host gets to its Patroni. */
  reach: z.record(z.string(), z.custom<Reading<RestReach>>(isObject)),
  /** Of each HAProxy that could be asked: servers whose sessions stay when they are marked down. */
  lingering: z.array(z.custom<Lingering>(isObject)),
  limits: z.custom<Limits>(isObject),
  /** The PgBouncers, where the configuration lists some. */
  poolers: z.array(z.custom<PoolerReadings>(isObject)).default([]),
  /** Absent where no backup tool is configured. */
  backups: z.custom<Reading<Backups>>(isObject).optional(),
});
export type SwitchoverFacts = z.output<typeof SwitchoverFacts>;

/** Reads everything afresh, all members at the same time; a part that is down is in the facts as not read. */
export async function lookForSwitchover(cluster: string, view: View): Promise<SwitchoverFacts> {
  const members = view.cluster(cluster).members.map(({ name }) => name);
  const [snapshot, lingering, poolers, backups, activities] = await Promise.all([
    view.snapshot(cluster),
    view.lingering(cluster),
    view.poolers(cluster),
    view.backups(cluster),
    Promise.all(members.map(async (name) => [name, await view.activity(cluster, name)] as const)),
  ]);
  const reach = await reachOf(view, snapshot);
  const read = { snapshot, activities: Object.fromEntries(activities), reach, lingering: [...lingering] };
  const optional = backups ? { backups } : {};
  return { atMs: view.now(), ...read, ...optional, limits: view.limits(cluster), poolers: [...poolers] };
}

/** From whoever holds the leader key to each of the others, all at the same time. */
async function reachOf(view: View, { cluster, dcs }: Snapshot): Promise<SwitchoverFacts['reach']> {
  const leader = known(dcs)?.leader;
  if (leader === undefined || !cluster.members.some(({ name }) => name === leader)) return {};
  const others = cluster.members.filter(({ name }) => name !== leader);
  const asked = others.map(async ({ name }) => [name, await view.reach(cluster.name, leader, name)] as const);
  return Object.fromEntries(await Promise.all(asked));
}

/** The facts whose change makes an approval stale; what could not be read is null. */
export function switchoverMaterial(facts: SwitchoverFacts): {
  readonly systemId: string | null;
  readonly leader: string | null;
  readonly timeline: number | null;
  readonly members: readonly string[];
} {
  const dcs = known(facts.snapshot.dcs);
  const leader = dcs?.leader;
  const sql = leader === undefined ? undefined : known(memberOf(facts, leader)?.sql);
  return {
    systemId: sql?.systemId ?? dcs?.systemId ?? null,
    leader: leader ?? null,
    timeline: sql?.timeline ?? null,
    members: Object.keys(dcs?.members ?? {}).sort(),
  };
}

/** The readings of one member. */
export function memberOf(facts: Pick<SwitchoverFacts, 'snapshot'>, name: string): MemberReadings | undefined {
  return facts.snapshot.members.find((member) => member.name === name);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
