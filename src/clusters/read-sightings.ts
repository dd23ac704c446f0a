import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Reading } from '../core/reading.ts';
import type { LeaderLease, Sighting } from '../core/sighting.ts';
import { within } from '../core/within.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** The programs on the hosts give up after 2 s; with ssh to hosts that may be dead too. */
const LOOK_MS = 5000;

/** What each other member's host sees of a member, all asked at once. Never rejects. */
export async function readSightings({ info, hosts }: ClusterParts, member: string, clock: Clock): Promise<readonly Sighting[]> {
  const others = info.members.filter(({ name }) => name !== member);
  return Promise.all(
    others.map(async ({ name: from }): Promise<Sighting> => {
      const source = `pg_isready and curl on ${from}`;
      if (!hosts) return { from, seen: notRead(clock, source, 'no ssh is configured') };
      try {
        return { from, seen: await within(clock, LOOK_MS, hosts.lookFrom(from, member)) };
      } catch (error) {
        return { from, seen: notRead(clock, source, asError(error).message) };
      }
    }),
  );
}

/** The lease of Patroni's leader key, bounded. */
export async function readLease({ etcd }: ClusterParts, clock: Clock): Promise<Reading<LeaderLease>> {
  if (!etcd) return notRead(clock, 'etcd', 'this cluster has no DCS');
  return bounded(clock, 'etcd', () => etcd.lease());
}
