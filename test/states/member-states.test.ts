import { describe, expect, it } from 'vitest';
import { asPlanned } from '../../src/states/as-planned.ts';
import { followRestarted } from '../../src/states/follow-restarted.ts';
import { holdsNothing } from '../../src/states/holds-nothing.ts';
import { reinitialized } from '../../src/states/reinitialized.ts';
import { reloaded } from '../../src/states/reloaded.ts';
import { restarted } from '../../src/states/restarted.ts';
import { createStates } from '../../src/states/all.ts';
import { type FakeCluster, fakeCluster, memberIn, notRead, restartIn, shownValue } from '../support/fake-cluster.ts';
import { CLUSTER, MIB, NOW, WAL_LSN } from '../support/healthy-cluster.ts';
import { type Change, healthy, testStates } from './state-table.ts';

const STARTED = NOW - 86_400_000;
const of = { cluster: CLUSTER, startedAtMs: STARTED, timeline: 7, maxLagBytes: MIB };
const restartedOf =
  (name: string): Change =>
  (fake) =>
    restartIn(fake, name);
const silent = (fake: FakeCluster, name: string) => {
  memberIn(fake, name).member.sql = notRead('connection refused');
};

testStates({
  'a restarted replica': [
    restarted({ ...of, member: 'pg2', role: 'replica' }),
    [
      'a running member proves no restart',
      healthy,
      'not yet',
      'pg2 still runs since 2026-11-21 12:00:00 UTC: it has not restarted',
    ],
    ['a later start that streams', restartedOf('pg2'), true, 'pg2 restarted at'],
    ['it is down', (fake) => silent(fake, 'pg2'), 'not yet', 'pg2 does not answer by SQL (Patroni says running)'],
    [
      'it is up but not connected',
      (fake) => {
        restartIn(fake, 'pg2');
        memberIn(fake, 'pg1').sql.standbys.shift();
      },
      'not yet',
      'pg2 is not connected to pg1',
    ],
    [
      'it streams but is far behind',
      (fake) => {
        restartIn(fake, 'pg2');
        for (const row of memberIn(fake, 'pg1').sql.standbys) row.replayLsn = WAL_LSN - 2 * MIB;
      },
      'not yet',
      'pg2 replays 2 MiB behind pg1; the limit is 1 MiB',
    ],
    ['the leader changed meanwhile', (fake) => fake.promote('pg3'), 'not yet', 'still runs'],
    [
      'the leader changed, and it restarted',
      (fake) => {
        fake.promote('pg3');
        restartIn(fake, 'pg2');
      },
      'impossible',
      'the leader changed again',
    ],
  ],
  'a restarted leader': [
    restarted({ ...of, member: 'pg1', role: 'leader' }),
    ['it still runs', healthy, 'not yet', 'it has not restarted yet'],
    ['a later start that leads', restartedOf('pg1'), true, 'pg1 is the primary on timeline 7'],
    ['it is starting', (fake) => silent(fake, 'pg1'), 'not yet', 'pg1 does not answer by SQL'],
    ['it did not start in time', (fake) => fake.promote('pg2'), 'impossible', 'Patroni failed over: pg2 leads on timeline 8'],
  ],
  'the standbys of a restarted leader': [
    followRestarted({ ...of, leader: 'pg1', members: ['pg2', 'pg3'] }),
    ['they stream from the leader as it was', healthy, 'not yet', 'pg1 still runs'],
    ['they stream from the leader of now', restartedOf('pg1'), true, 'pg2 and pg3 are streaming'],
    [
      'one is not back',
      (fake) => {
        restartIn(fake, 'pg1');
        memberIn(fake, 'pg1').sql.standbys.pop();
      },
      'not yet',
      'pg3 is not connected to pg1',
    ],
  ],
  'a member as it was planned': [
    asPlanned(CLUSTER, 'pg2', STARTED),
    ['nobody touched it', healthy, true, 'pg2 runs since'],
    ['somebody else restarted it', restartedOf('pg2'), 'not yet', 'it was restarted after the plan'],
    ['it is down', (fake) => silent(fake, 'pg2'), 'not yet', 'does not answer'],
  ],
  'a member that was down at the plan': [
    asPlanned(CLUSTER, 'pg2'),
    ['it came back by itself', healthy, 'not yet', 'it came back by itself'],
    ['it is still down', (fake) => silent(fake, 'pg2'), true, 'does not answer'],
  ],
  'a reloaded member': [
    reloaded(CLUSTER, 'pg2', STARTED),
    ['the old configuration', healthy, 'not yet', 'Patroni reloads it within its next loop'],
    [
      'a later one, with what it does not change',
      (fake) => {
        fake.loaded.set('pg2', NOW);
        shownValue(fake.shown.activities.pg2).pendingSettings = ['shared_buffers'];
      },
      true,
      'waits for a restart: shared_buffers',
    ],
  ],
  'a replica that holds nothing': [
    holdsNothing(CLUSTER, 'pg2'),
    ['it streams', healthy, true, 'all that it has came from there'],
    ['it leads', (fake) => fake.promote('pg2'), 'not yet', 'it holds everything'],
    ['it is down', (fake) => silent(fake, 'pg2'), 'not yet', 'what pg2 holds cannot be read'],
    [
      'it receives the timeline of the leader, but replays an older one',
      (fake) => Object.assign(memberIn(fake, 'pg2').patroni, { timeline: 6 }),
      'not yet',
      'replays 6 by its Patroni',
    ],
    [
      'it is ahead of where its timeline was left',
      (fake) => {
        Object.assign(memberIn(fake, 'pg2').sql, { timeline: 6, receiveLsn: 50 * MIB, replayLsn: 50 * MIB });
        delete memberIn(fake, 'pg2').sql.walReceiver;
      },
      'not yet',
      '2 MiB past',
    ],
  ],
});

describe('a member that is copied', () => {
  const until = reinitialized({ ...of, member: 'pg2' });
  const judged = async (change: Change) => {
    const fake = fakeCluster();
    change(fake);
    return createStates().judge(until, fake.view, NOW - 10_000);
  };
  const copies =
    (backup: object): Change =>
    (fake) => {
      silent(fake, 'pg2');
      shownValue(fake.shown.activities.pg1).baseBackups.push({ pid: 9, phase: 'streaming database files', ...backup });
    };

  it('tells how far the copy is, how fast, and how long it may take', async () => {
    const verdict = await judged(copies({ address: '10.0.0.2', streamedBytes: 100 * MIB, totalBytes: 400 * MIB }));
    expect(verdict).toMatchObject({
      holds: false,
      why: 'Patroni copies the data of pg1 to pg2: copied 100 MiB of 400 MiB (25 %), 10 MiB/s, about 30 s left',
    });
  });

  it('is never at 100 % before it is done, as the estimate can be too low', async () => {
    const verdict = await judged(copies({ address: '10.0.0.2', streamedBytes: 500 * MIB, totalBytes: 400 * MIB }));
    expect(verdict).toMatchObject({ why: expect.stringContaining('(99 %)') });
  });

  it('takes no other backup for its own where addresses tell', async () => {
    const verdict = await judged((fake) => {
      silent(fake, 'pg2');
      for (const address of ['10.0.0.9', '10.0.0.8'])
        shownValue(fake.shown.activities.pg1).baseBackups.push({
          pid: 9,
          phase: 'streaming database files',
          address,
          streamedBytes: MIB,
        });
    });
    expect(verdict).toMatchObject({ why: "Patroni says that pg2 is in state 'running'; no copy runs" });
  });

  it('is done when it streams with a later start, and not before', async () => {
    expect(await judged(healthy)).toMatchObject({ holds: false, why: expect.stringContaining('still runs') });
    expect(await judged((fake) => restartIn(fake, 'pg2'))).toMatchObject({ holds: true });
  });

  it('is given up when the server runs on with its old data minutes later, as nobody has asked Patroni then', async () => {
    const later = NOW - 5 * 60_000;
    const verdict = await createStates().judge(until, fakeCluster().view, later);
    expect(verdict).toMatchObject({ impossible: true, why: expect.stringContaining('Patroni never began it') });
  });
});
