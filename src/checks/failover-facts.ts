import { z } from 'zod';
import type { Backups } from '../core/backups.ts';
import type { Snapshot } from '../core/cluster.ts';
import { known, type Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { LeaderLease, Sighting } from '../core/sighting.ts';
import type { View } from '../core/view.ts';
import { lastTimeline, lostLeader } from './lost-leader.ts';

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** All that a failover's plan is made from. Readings are validated where they were read; here only the frame is. */
export const FailoverFacts = z.object({
  snapshot: z.custom<Snapshot>(isObject),
  /** Who led last; absent when that cannot be told. */
  leader: z.string().optional(),
  lease: z.custom<Reading<LeaderLease>>(isObject),
  sightings: z.array(z.custom<Sighting>(isObject)),
  /** What the leader's host says of its services, where it still answers. */
  server: z.custom<Reading<Server>>(isObject).optional(),
  /** Absent where no backup tool is configured. */
  backups: z.custom<Reading<Backups>>(isObject).optional(),
});
export type FailoverFacts = z.output<typeof FailoverFacts>;

/** Reads everything afresh; what the other hosts see of the leader takes the longest, up to 5 s. */
export async function lookForFailover(cluster: string, view: View): Promise<z.input<typeof FailoverFacts>> {
  const [read, backups] = await Promise.all([lookAtLost(cluster, view), view.backups(cluster)]);
  return { ...read, ...(backups ? { backups } : {}) };
}

async function lookAtLost(cluster: string, view: View): Promise<z.input<typeof FailoverFacts>> {
  const [snapshot, lease] = await Promise.all([view.snapshot(cluster), view.leaderLease(cluster)]);
  const dcs = known(snapshot.dcs);
  const leader = dcs && lostLeader(dcs, snapshot.members);
  if (leader === undefined || !snapshot.members.some(({ name }) => name === leader)) return { snapshot, lease, sightings: [] };
  const [sightings, server] = await Promise.all([view.sightings(cluster, leader), view.server(cluster, leader)]);
  return { snapshot, leader, lease, sightings: [...sightings], server };
}

/** The facts whose change makes an approval stale; what could not be read is null. */
export function failoverMaterial({ snapshot, leader }: FailoverFacts) {
  const dcs = known(snapshot.dcs);
  return {
    systemId: dcs?.systemId ?? null,
    leader: leader ?? null,
    timeline: dcs ? lastTimeline(dcs, snapshot.members) : null,
    /** The last position that the leader reported to the DCS, in bytes. */
    lastKnownLsn: dcs?.optimeLsn ?? null,
    standbys: snapshot.members.filter(({ sql }) => known(sql)?.inRecovery).map(({ name }) => name),
  };
}
