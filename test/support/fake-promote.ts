import type { ProxyReadings, SqlMember } from '../../src/core/cluster.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { dcsIn, memberIn, shownValue } from './fake-shown.ts';
import { type Loose, read, sqlOf, statsFor, WAL_LSN } from './healthy-cluster.ts';

/** The world after `name` was promoted: timeline + 1, everybody follows, proxies route there. */
export function promote(fake: FakeCluster, name: string): void {
  const dcs = dcsIn(fake);
  const answering = fake.shown.snapshot.members.filter(({ sql }) => sql.ok).map((member) => member.name);
  const timeline = Math.max(...answering.map((member) => memberIn(fake, member).sql.timeline)) + 1;
  const atMs = fake.now + 1000;
  dcs.leader = name;
  delete dcs.failover;
  dcs.history.push({
    timeline: timeline - 1,
    lsn: WAL_LSN,
    reason: 'no recovery target specified',
    at: new Date(atMs).toISOString(),
    newLeader: name,
  });
  for (const member of fake.shown.snapshot.members.filter(({ sql }) => sql.ok)) {
    const { sql } = memberIn(fake, member.name);
    const now = sqlOf(member.name, name, timeline, sql.systemId);
    const standbys = now.standbys.filter((row) => answering.includes(row.name));
    member.sql = read({ ...now, standbys }) as Loose<Reading<SqlMember>>;
    const { archiver } = shownValue(member.sql);
    if (archiver) archiver.lastArchivedAtMs = atMs + 500;
    shownValue(member.patroni).role = member.name === name ? 'primary' : 'replica';
    shownValue(member.patroni).timeline = timeline;
  }
  for (const proxy of fake.shown.snapshot.proxies) proxy.stats = read(statsFor(name)) as Loose<ProxyReadings['stats']>;
}
