import { archiverWorks } from '../../src/states/archiver-works.ts';
import { lagUnder } from '../../src/states/lag-under.ts';
import { streaming } from '../../src/states/streaming.ts';
import { dcsIn, type FakeCluster, memberIn, notRead, shownValue } from '../support/fake-cluster.ts';
import { CLUSTER, MIB, NOW, WAL_LSN } from '../support/healthy-cluster.ts';
import { healthy, promoted, testStates } from './state-table.ts';

testStates({
  'streaming pg2': [
    streaming(CLUSTER, ['pg2'], 7),
    ['healthy', healthy, true, 'pg2 is streaming from pg1 on timeline 7'],
    ['not connected', (f) => void memberIn(f, 'pg1').sql.standbys.shift(), 'not yet', 'pg2 is not connected to pg1'],
    [
      'catching up',
      (f) => {
        rowOf(f, 'pg1', 'pg2').state = 'catchup';
      },
      'not yet',
      'in state catchup',
    ],
    [
      'another timeline',
      (f) => {
        memberIn(f, 'pg2').sql.walReceiver = { status: 'streaming', timeline: 6 };
      },
      'not yet',
      'receives timeline 6',
    ],
    [
      'unreadable standby',
      (f) => {
        memberIn(f, 'pg2').member.sql = notRead();
      },
      'not yet',
      'pg2 does not answer by SQL',
    ],
    [
      'copied anew by Patroni, which tells how far it is',
      (f) => {
        memberIn(f, 'pg2').member.sql = notRead();
        copied(f, 'creating replica');
      },
      'not yet',
      'Patroni copies the data of pg1 to pg2: copied 100 MiB of 400 MiB (25 %), 10 MiB/s, about 30 s left',
    ],
    [
      'down while another copy runs, which says nothing of it',
      (f) => {
        memberIn(f, 'pg2').member.sql = notRead();
        copied(f, 'stopped');
      },
      'not yet',
      'pg2 does not answer by SQL',
    ],
    [
      'unreadable DCS',
      (f) => {
        f.shown.snapshot.dcs = notRead();
      },
      'not yet',
      'the DCS cannot be read',
    ],
    [
      'wedged key',
      (f) => {
        memberIn(f, 'pg1').sql.inRecovery = true;
      },
      'not yet',
      'pg1 holds the leader key but is still in recovery',
    ],
    ['no leader', (f) => void delete dcsIn(f).leader, 'not yet', 'nobody holds the leader key'],
    ['leader moved on', promoted, 'impossible', 'the leader changed again'],
  ],
  'streaming pg1 after the switchover': [
    streaming(CLUSTER, ['pg1'], 8),
    ['before', healthy, 'not yet', 'on timeline 7, not 8 yet'],
    ['after', promoted, true, 'pg1 is streaming from pg2 on timeline 8'],
  ],
  'lag-under': [
    lagUnder(CLUSTER, 'pg2', MIB),
    ['healthy', healthy, true, 'pg2 replays 0 B behind pg1'],
    [
      'behind',
      (f) => {
        rowOf(f, 'pg1', 'pg2').replayLsn = WAL_LSN - 3 * MIB;
      },
      'not yet',
      '3 MiB behind pg1; the limit is 1 MiB',
    ],
    [
      'all received, as shortly after a promotion, but not yet on the timeline',
      (f) => void Object.assign(shownValue(memberIn(f, 'pg2').member.patroni), { timeline: 6 }),
      'not yet',
      'pg2 receives timeline 7 but replays 6 by its Patroni',
    ],
    [
      'no row is not lag 0',
      (f) => {
        memberIn(f, 'pg1').sql.standbys = [];
      },
      'not yet',
      'not streaming',
    ],
    [
      'unreadable leader',
      (f) => {
        memberIn(f, 'pg1').member.sql = notRead();
      },
      'not yet',
      'does not answer by SQL',
    ],
  ],
  'archiver-works': [
    archiverWorks(CLUSTER, 'pg2', 8),
    ['before', healthy, 'not yet', 'pg1 is the primary, not pg2'],
    [
      'an old success proves nothing',
      (f) => {
        promoted(f);
        memberIn(f, 'pg2').sql.archiver = archiver(NOW - 1);
      },
      'not yet',
      'nothing since',
    ],
    [
      'after',
      (f) => {
        promoted(f);
        memberIn(f, 'pg2').sql.archiver = archiver(NOW + 2000);
      },
      true,
      'pg2 archives WAL',
    ],
    [
      'failing',
      (f) => {
        promoted(f);
        memberIn(f, 'pg2').sql.archiver = { ...archiver(NOW), lastFailedAtMs: NOW + 9000 };
      },
      'not yet',
      'fails',
    ],
    [
      'history not written',
      (f) => {
        promoted(f);
        dcsIn(f).history.pop();
      },
      'not yet',
      'history',
    ],
  ],
});

function rowOf(fake: FakeCluster, leader: string, name: string) {
  const row = memberIn(fake, leader).sql.standbys.find((standby) => standby.name === name);
  if (!row) throw new Error(`${name} has no row`);
  return row;
}

function archiver(lastArchivedAtMs: number) {
  return { mode: 'on', archivedCount: 1, failedCount: 0, lastArchivedAtMs };
}

/** Patroni says in which state pg2 is, while pg1 sends a base backup. */
function copied(fake: FakeCluster, state: string): void {
  const pg2 = dcsIn(fake).members.pg2;
  if (pg2) pg2.state = state;
  const copy = { address: '10.0.0.2', streamedBytes: 100 * MIB, totalBytes: 400 * MIB, ageMs: 10_000 };
  shownValue(fake.shown.activities.pg1).baseBackups.push({ pid: 9, phase: 'streaming database files', ...copy });
}
