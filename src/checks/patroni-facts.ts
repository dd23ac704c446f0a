import { z } from 'zod';
import type { Dcs, MemberReadings, Snapshot } from '../core/cluster.ts';
import { refusal } from '../core/errors.ts';
import { ordersOf, type PatroniOrder } from '../core/patroni-orders.ts';
import { known } from '../core/reading.ts';
import { type Duration, seconds } from '../core/units.ts';
import type { View } from '../core/view.ts';

/** What a change through Patroni's REST API is planned from. Readings are validated where they were read. */
export const PatroniFacts = z.object({
  /** Epoch milliseconds. */
  atMs: z.number(),
  snapshot: z.custom<Snapshot>((value) => typeof value === 'object' && value !== null),
});
export type PatroniFacts = z.output<typeof PatroniFacts>;

/** Reads everything of the cluster afresh. */
export async function lookAtPatroni(cluster: string, view: View): Promise<PatroniFacts> {
  return { atMs: view.now(), snapshot: await view.snapshot(cluster) };
}

/** A cluster that can be changed through Patroni: its DCS, and the member that is asked. */
export interface PatroniScene {
  readonly cluster: string;
  readonly dcs: Dcs;
  readonly members: readonly MemberReadings[];
  readonly names: readonly string[];
  /** The leader where its Patroni answers, else the first that does. */
  readonly via: string;
  readonly leader?: MemberReadings;
  /** Out of recovery by SQL. */
  readonly primaries: readonly string[];
  readonly silent: readonly string[];
  /** What Patroni itself is to do later. */
  readonly orders: readonly PatroniOrder[];
}

/** @throws Refusal for a cluster without Patroni, without its DCS, or none of whose Patroni answers. */
export function patroniScene({ snapshot }: Pick<PatroniFacts, 'snapshot'>): PatroniScene {
  const { cluster, dcs, members } = snapshot;
  if (cluster.mode !== 'patroni')
    throw refusal(`${cluster.name} is not run by Patroni (mode: ${cluster.mode})`, 'This is for clusters that Patroni runs.');
  if (!dcs.ok)
    throw refusal(
      `the DCS of ${cluster.name} cannot be read: ${dcs.why}`,
      'Patroni keeps its configuration there, so nothing can be changed now. See to etcd first.',
    );
  const leader = members.find(({ name }) => name === dcs.value.leader);
  const via = leader?.patroni.ok ? leader : members.find(({ patroni }) => patroni.ok);
  if (!via)
    throw refusal(
      `no Patroni of ${cluster.name} answers: ${members.map((one) => `${one.name}: ${one.patroni.ok ? '' : one.patroni.why}`).join('; ')}`,
      'Patroni itself takes the change, so one of them must answer.',
    );
  return {
    ...{ cluster: cluster.name, dcs: dcs.value, members, via: via.name },
    names: members.map(({ name }) => name),
    ...(leader ? { leader } : {}),
    primaries: members.filter(({ sql }) => known(sql)?.inRecovery === false).map(({ name }) => name),
    orders: ordersOf(snapshot),
    silent: members.filter(({ patroni }) => !patroni.ok).map(({ name }) => name),
  };
}

/** How long a change may take to reach every member: each reads it from the DCS in its next loop (Patroni docs, loop_wait). */
export function reachesAll({ dcs }: Pick<PatroniScene, 'dcs'>): Duration {
  return seconds(60 + 3 * dcs.config.loopWaitS);
}

/** The facts whose change makes an approval stale; what could not be read is null. */
export function patroniMaterial({ snapshot }: PatroniFacts) {
  const dcs = known(snapshot.dcs);
  const sql = known(snapshot.members.find(({ name }) => name === dcs?.leader)?.sql);
  return {
    systemId: sql?.systemId ?? dcs?.systemId ?? 'none',
    leader: dcs?.leader ?? null,
    timeline: sql?.timeline ?? 0,
    paused: dcs?.config.paused ?? null,
  };
}
