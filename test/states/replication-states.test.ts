import { archiverWorks } from '../../src/states/archiver-works.ts';
import { lagUnder } from '../../src/states/lag-under.ts';
import { streaming } from '../../src/states/streaming.ts';
import { dcsIn, type FakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
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
