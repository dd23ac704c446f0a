import type { Reading } from '../../src/core/reading.ts';
import type { Seen } from '../../src/core/sighting.ts';
import { dcsIn, type FakeCluster, memberIn, notRead } from './fake-cluster.ts';
import { type Loose, MIB, read, WAL_LSN } from './healthy-cluster.ts';

/** Patroni is paused, the host of pg1 is dead, its lease is over; pg2 has everything that pg1 reported but 1 MiB, pg3 lacks 2 MiB. */
export function loseLeader(fake: FakeCluster): void {
  const dcs = dcsIn(fake);
  delete dcs.leader;
  delete dcs.members.pg1;
  dcs.config.paused = true;
  dcs.optimeLsn = WAL_LSN + MIB;
  const { member } = memberIn(fake, 'pg1');
  Object.assign(member, { patroni: notRead(), sql: notRead(), disk: notRead() });
  fake.shown.servers.pg1 = notRead('no route to host');
  for (const name of ['pg2', 'pg3']) delete memberIn(fake, name).sql.walReceiver;
  memberIn(fake, 'pg3').sql.receiveLsn = WAL_LSN - MIB;
  memberIn(fake, 'pg3').sql.replayLsn = WAL_LSN - MIB;
  for (const { stats } of fake.shown.snapshot.proxies) if (stats.ok) for (const row of stats.value.primary) row.status = 'DOWN';
  seenAs(fake, { postgres: 'silent', rest: 'silent' });
  fake.shown.lease = read({});
}

/** What every other host sees of the leader. */
export function seenAs(fake: FakeCluster, seen: Seen): void {
  for (const sighting of fake.shown.sightings) sighting.seen = read(seen) as Loose<Reading<Seen>>;
}
