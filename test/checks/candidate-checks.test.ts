import { dcsIn, type FakeCluster, notRead, shownValue } from '../support/fake-cluster.ts';
import { read } from '../support/healthy-cluster.ts';
import { candidate, healthy, leader, rowOf, testChecks } from './check-table.ts';

testChecks({
  'candidate-from-leader': [
    ['reached', healthy, 'pass', 'pg1 reaches Patroni on pg2 (answer 200)'],
    [
      'cut off from the leader alone',
      (f) => {
        f.shown.reach.pg2 = read({ connects: false, says: 'no answer within 2 s' });
      },
      'hard block',
      'pg2 is not reachable from the leader pg1: no answer within 2 s',
    ],
    [
      'not looked at',
      (f) => {
        f.shown.reach.pg2 = notRead('no ssh is configured');
      },
      'warn',
      'whether pg1 reaches Patroni on pg2 could not be looked at: no ssh is configured',
    ],
  ],
  'candidate-places': [
    ['room for both', healthy, 'pass', 'pg2 has 8 WAL senders and 10 slots free for pg1, pg3'],
    [
      'no WAL sender free',
      (f) => {
        shownValue(f.shown.activities.pg2).walSendersInUse = 9;
      },
      'warn',
      '1 WAL senders',
    ],
    [
      'no slot free, and none made for the members',
      (f) => {
        shownValue(f.shown.activities.pg2).slotNames = Array.from({ length: 9 }, (_, i) => `other_${i}`);
      },
      'warn',
      '1 slots free',
    ],
    [
      'no slot free, but theirs are made already',
      (f) => {
        const others = Array.from({ length: 8 }, (_, i) => `other_${i}`);
        shownValue(f.shown.activities.pg2).slotNames = ['pg1', 'pg3', ...others];
      },
      'pass',
      '0 slots free',
    ],
  ],
  'candidate-reachable': [
    ['running', healthy, 'pass', 'answers by Patroni and by SQL'],
    [
      'Patroni silent',
      (f) => {
        candidate(f).member.patroni = notRead();
      },
      'hard block',
      'Patroni on pg2 does not answer',
    ],
    [
      'SQL silent',
      (f) => {
        candidate(f).member.sql = notRead();
      },
      'hard block',
      'PostgreSQL on pg2 cannot be read',
    ],
    [
      'still being copied',
      (f) => {
        candidate(f).patroni.state = 'creating replica';
      },
      'hard block',
      'replica and creating replica',
    ],
    [
      'the old word for streaming',
      (f) => {
        candidate(f).patroni.state = 'running';
      },
      'pass',
      'running',
    ],
  ],
  'candidate-streaming': [
    ['streaming', healthy, 'pass', 'same timeline 7'],
    [
      'no row',
      (f) => {
        leader(f).sql.standbys = [];
      },
      'hard block',
      'not connected there',
    ],
    [
      'catching up',
      (f) => {
        rowOf(f).state = 'catchup';
      },
      'hard block',
      'state catchup',
    ],
    [
      'another timeline',
      (f) => {
        candidate(f).sql.walReceiver = { status: 'streaming', timeline: 6 };
      },
      'hard block',
      'timeline 6, pg1 on 7',
    ],
    [
      'another system',
      (f) => {
        candidate(f).sql.systemId = '1';
      },
      'hard block',
      'another database cluster',
    ],
  ],
  'candidate-tags': [
    ['none', healthy, 'pass', 'allow promotion'],
    [
      'nofailover',
      (f) => {
        candidate(f).patroni.tags = { nofailover: true };
      },
      'hard block',
      'tag nofailover',
    ],
    [
      'priority 0',
      (f) => {
        candidate(f).patroni.tags = { failover_priority: 0 };
      },
      'hard block',
      'failover_priority 0',
    ],
    [
      'nofailover: false wins over priority 0',
      (f) => {
        candidate(f).patroni.tags = { nofailover: false, failover_priority: 0 };
      },
      'pass',
      'allow',
    ],
  ],
  'candidate-watchdog': [
    ['works', healthy, 'pass', 'works'],
    [
      'fails',
      (f) => {
        candidate(f).patroni.watchdogFailed = true;
      },
      'hard block',
      'does not work',
    ],
  ],
  'candidate-sync': [
    ['off', healthy, 'pass', 'is off'],
    [
      'is sync',
      (f) => {
        sync(f, ['pg2']);
      },
      'pass',
      'pg2 is a synchronous standby',
    ],
    [
      'another is',
      (f) => {
        sync(f, ['pg3']);
      },
      'hard block',
      'pg2 is not synchronous (pg3)',
    ],
    [
      'nobody is',
      (f) => {
        sync(f, []);
      },
      'hard block',
      'nobody is',
    ],
  ],
  'candidate-replay': [
    ['replays', healthy, 'pass', 'pg2 replays'],
    [
      'paused',
      (f) => {
        candidate(f).sql.replayPaused = true;
      },
      'hard block',
      'replay is paused',
    ],
  ],
  'candidate-pending-restart': [
    ['none', healthy, 'pass', 'no restart'],
    [
      'pending',
      (f) => {
        candidate(f).patroni.pendingRestart = true;
        candidate(f).patroni.pendingRestartReason = { max_connections: { old: '1', new: '2' } };
      },
      'warn',
      'for max_connections',
    ],
  ],
  'candidate-backup': [
    ['none', healthy, 'pass', 'no base backup runs on pg2'],
    [
      'running',
      (f) => {
        shownValue(f.shown.activities.pg2).baseBackups = [{ pid: 9, phase: 'streaming database files' }];
      },
      'block',
      'a base backup runs on pg2 (pid 9, streaming database files)',
    ],
    [
      'not read',
      (f) => {
        f.shown.activities.pg2 = notRead();
      },
      'warn',
      'could not be read',
    ],
  ],
  'candidate-version': [
    ['equal', healthy, 'pass', '17.12'],
    [
      'older',
      (f) => {
        candidate(f).sql.versionNum = 170_002;
      },
      'warn',
      'pg2 runs PostgreSQL 17.2, pg1 17.12',
    ],
  ],
});

function sync(fake: FakeCluster, standbys: string[]): void {
  dcsIn(fake).config.synchronousMode = 'on';
  dcsIn(fake).sync = { leader: 'pg1', standbys };
}
