import { type FakeCluster, notRead, shownValue } from '../support/fake-cluster.ts';
import { MIB, WAL_LSN } from '../support/healthy-cluster.ts';
import { healthy, leader, rowOf, testChecks } from './check-table.ts';

testChecks({
  'candidate-lag': [
    ['none', healthy, 'pass', '0 B behind'],
    [
      'over our limit',
      (f) => {
        behind(f, 11 * MIB);
      },
      'block',
      'pg2 replays 11 MiB behind pg1',
    ],
    [
      'no row is not lag 0',
      (f) => {
        leader(f).sql.standbys = [];
      },
      'hard block',
      'is not known',
    ],
    [
      'a row without a position is not lag 0',
      (f) => {
        delete rowOf(f).replayLsn;
      },
      'hard block',
      'is not known',
    ],
  ],
  'candidate-lag-patroni': [
    ['none', healthy, 'pass', '0 B behind'],
    [
      "over Patroni's limit and under ours",
      (f) => {
        behind(f, 2 * MIB);
      },
      'hard block',
      'Patroni would refuse it',
    ],
  ],
  'candidate-lag-time': [
    ['none', healthy, 'pass', '0 ms behind'],
    [
      'over the limit',
      (f) => {
        rowOf(f).replayLagMs = 12_000;
      },
      'warn',
      '12 s behind',
    ],
  ],
  'candidate-settings': [
    ['equal', healthy, 'pass', 'or higher'],
    [
      'lower',
      (f) => {
        settings(f).max_connections = '50';
      },
      'block',
      'max_connections 50 < 100',
    ],
    [
      'unreadable',
      (f) => {
        f.shown.activities.pg2 = notRead();
      },
      'block',
      'could not be read from pg2',
    ],
  ],
  'candidate-delay': [
    ['none', healthy, 'pass', 'without a delay'],
    [
      'on purpose',
      (f) => {
        settings(f).recovery_min_apply_delay = '3600000';
      },
      'block',
      'recovery_min_apply_delay 3600000',
    ],
  ],
});

function settings(fake: FakeCluster) {
  return shownValue(fake.shown.activities.pg2).settings;
}

function behind(fake: FakeCluster, bytes: number): void {
  rowOf(fake).replayLsn = WAL_LSN - bytes;
}
