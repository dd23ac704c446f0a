import { describe, expect, it } from 'vitest';
import failover from '../../runbooks/failover.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { Server } from '../../src/core/server.ts';
import { loseLeader, seenAs } from '../support/dead-leader.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { CLUSTER, type Loose, MIB, read, WAL_LSN } from '../support/healthy-cluster.ts';

type Change = (fake: FakeCluster) => void;
/** A case, one change of a paused cluster whose leader is dead, the verdict, its sentence, and what is typed. */
type Row = readonly [string, Change, 'pass' | 'warn' | 'block' | 'hard block', RegExp, object?];

async function planned(change: Change, input: object = {}) {
  const fake = fakeCluster();
  loseLeader(fake);
  change(fake);
  return failover.propose({ cluster: CLUSTER, ...input }, fake.view);
}

const stopped = (enabled: string): Server => ({
  patroni: { load: 'loaded', active: 'inactive', enabled },
  postgres: { load: 'masked', active: 'inactive', enabled: 'masked' },
  process: 'stopped',
});
const shows = (fake: FakeCluster, server: Server) => {
  fake.shown.servers.pg1 = read(server) as Loose<Reading<Server>>;
};
const unpaused: Change = (fake) => {
  dcsIn(fake).config.paused = false;
  for (const name of ['pg2', 'pg3']) memberIn(fake, name).sql.receiveLsn = WAL_LSN + MIB;
};

const table: Readonly<Record<string, readonly Row[]>> = {
  'patroni-acts': [
    ['passes while Patroni is paused', () => undefined, 'pass', /is paused/],
    [
      'is told in seconds while the lease lives',
      (fake) => {
        unpaused(fake);
        dcsIn(fake).leader = 'pg1';
        fake.shown.lease = read({ holder: 'pg1', leftS: 17 });
      },
      'hard block',
      /Patroni acts in about 17 s, when the lease of pg1 ends/,
    ],
    ['can be overridden once the key is free', unpaused, 'block', /the leader key is free, so Patroni acts in about 10 s/],
    [
      'passes when every standby is too far behind for Patroni',
      (fake) => {
        unpaused(fake);
        dcsIn(fake).optimeLsn = WAL_LSN + 9 * MIB;
      },
      'pass',
      /can promote nobody by itself \(pg2: it is 8 MiB behind, more than maximum_lag_on_failover/,
    ],
    [
      'passes in synchronous mode when no sync standby is left',
      (fake) => {
        unpaused(fake);
        Object.assign(dcsIn(fake), { config: { ...dcsIn(fake).config, synchronousMode: 'on' } });
      },
      'pass',
      /it is no synchronous standby/,
    ],
  ],
  'leader-key': [
    [
      'blocks while the dead host still holds it',
      (fake) => {
        dcsIn(fake).leader = 'pg1';
        fake.shown.lease = read({ holder: 'pg1', leftS: 4 });
      },
      'hard block',
      /pg1 holds the leader key, whose lease lives for another 4 s/,
    ],
    [
      'blocks when it can not be read',
      (fake) => {
        fake.shown.lease = notRead();
      },
      'hard block',
      /could not be read/,
    ],
  ],
  'leader-dead': [
    [
      'passes when neither we nor the other hosts reach it',
      () => undefined,
      'pass',
      /neither by REST nor by SQL, from here and from pg2 and pg3/,
    ],
    [
      'blocks when another host reaches its PostgreSQL',
      (fake) => seenAs(fake, { postgres: 'rejects', rest: 'silent' }),
      'hard block',
      /its PostgreSQL rejects connections from pg2/,
    ],
    [
      'blocks when its Patroni answers another host',
      (fake) => seenAs(fake, { postgres: 'silent', rest: 'answers' }),
      'hard block',
      /REST port from pg2 and pg3/,
    ],
    [
      'blocks when no other host could look: we may be the ones that are cut off',
      (fake) => {
        for (const sighting of fake.shown.sightings) sighting.seen = notRead('connection refused');
      },
      'hard block',
      /no other host could look/,
    ],
    [
      'warns of a host that could not look',
      (fake) => {
        const [, , last] = fake.shown.sightings;
        if (last) last.seen = notRead('connection refused');
      },
      'warn',
      /pg3 could not look/,
    ],
    [
      'blocks when somebody is out of recovery',
      (fake) => {
        memberIn(fake, 'pg3').sql.inRecovery = false;
      },
      'hard block',
      /pg3 is out of recovery/,
    ],
  ],
  'no-receiver': [
    ['passes when no replica receives', () => undefined, 'pass', /no WAL from pg1 reaches pg2 and pg3 any more/],
    [
      'blocks when one does, whoever else reaches the leader',
      (fake) => {
        memberIn(fake, 'pg3').sql.walReceiver = { status: 'streaming', senderHost: '10.0.0.1' };
      },
      'hard block',
      /still connected on pg3: pg1 lives/,
    ],
    [
      'is not misled by a cascade',
      (fake) => {
        memberIn(fake, 'pg3').sql.walReceiver = { status: 'streaming', senderHost: '10.0.0.2' };
      },
      'pass',
      /reaches pg2 and pg3/,
    ],
  ],
  'candidate-advanced': [
    ['passes for the one that holds the most', () => undefined, 'pass', /no member that answers has received more than pg2/],
    [
      'blocks for another, with what it would cost',
      () => undefined,
      'block',
      /pg2 has received 1 MiB more than pg3/,
      { to: 'pg3' },
    ],
    [
      'warns of a silent member that may hold more',
      (fake) => {
        memberIn(fake, 'pg3').member.sql = notRead();
      },
      'warn',
      /pg3 could not be asked/,
    ],
  ],
  'candidate-sync': [
    [
      'blocks another than a sync standby',
      (fake) => {
        Object.assign(dcsIn(fake), { sync: { leader: 'pg1', standbys: ['pg3'] } });
        Object.assign(dcsIn(fake).config, { synchronousMode: 'on' });
      },
      'block',
      /pg2 was no synchronous standby \(pg3 was\)/,
      { to: 'pg2' },
    ],
  ],
  'candidate-able': [
    [
      'blocks one on another timeline',
      (fake) => {
        dcsIn(fake).history.push({ timeline: 7, lsn: WAL_LSN, reason: 'x', newLeader: 'pg1' });
        memberIn(fake, 'pg3').sql.timeline = 8;
      },
      'hard block',
      /pg2 cannot be promoted: it is on timeline 7, the cluster on 8/,
      { to: 'pg2' },
    ],
    [
      'blocks one with nofailover',
      (fake) => {
        memberIn(fake, 'pg2').patroni.tags = { nofailover: true };
      },
      'hard block',
      /its tags forbid promotion/,
      { to: 'pg2' },
    ],
  ],
  fenced: [
    [
      'passes when every HAProxy has it down and the VIP is elsewhere',
      () => undefined,
      'pass',
      /pg1 is down in lb1 and lb2, and the VIP 10.0.0.100 is on lb1/,
    ],
    [
      'passes when its services are stopped and disabled',
      (fake) => shows(fake, stopped('disabled')),
      'pass',
      /are stopped and do not start at boot/,
    ],
    [
      'blocks when a proxy cannot be read and nobody states anything',
      (fake) => {
        const [proxy] = fake.shown.snapshot.proxies;
        if (proxy) proxy.stats = notRead();
      },
      'hard block',
      /HAProxy on lb1 could not be read/,
    ],
    [
      'blocks when its services start at the next boot',
      (fake) => {
        fake.shown.snapshot.proxies = [];
        shows(fake, stopped('enabled'));
      },
      'hard block',
      /Patroni starts at boot/,
    ],
    [
      'takes the word of a person, and says so',
      () => undefined,
      'warn',
      /the asker states that pg1 is powered off/,
      { fencedBy: 'powered off' },
    ],
  ],
};
describe.each(Object.entries(table))('%s', (id, rows) => {
  it.each(rows.map(([title, ...row]) => ({ title, row })))('$title', async ({ row: [change, expected, part, input] }) => {
    const { plan } = await planned(change, input);
    const check = plan.checks.find((one) => one.id === id);
    expect(check?.says).toMatch(part);
    expect(check?.verdict === 'block' && check.hard ? 'hard block' : check?.verdict).toBe(expected);
    if (expected !== 'pass') expect(check?.hint).toMatch(/^[A-Z].*[.`]$/);
  });
});
