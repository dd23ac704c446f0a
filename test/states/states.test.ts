import { expect, it } from 'vitest';
import { createStates } from '../../src/states/all.ts';
import { dcsHasQuorum } from '../../src/states/dcs-has-quorum.ts';
import { noBackupRunning } from '../../src/states/no-backup-running.ts';
import { noFailsafe } from '../../src/states/no-failsafe.ts';
import { notPaused } from '../../src/states/not-paused.ts';
import { proxiesRouteTo } from '../../src/states/proxies-route-to.ts';
import { vipHeldOnce } from '../../src/states/vip-held-once.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead, shownValue } from '../support/fake-cluster.ts';
import { CLUSTER, read } from '../support/healthy-cluster.ts';
import { healthy, promoted, testStates } from './state-table.ts';

testStates({
  'dcs-has-quorum': [
    dcsHasQuorum(CLUSTER),
    ['healthy', healthy, true, '3 of 3'],
    ['one lost', (f) => void loseEtcd(f, 1), true, '2 of 3'],
    ['two lost', (f) => void loseEtcd(f, 2), 'not yet', 'no quorum'],
    [
      'alarm',
      (f) => void shownValue(f.shown.snapshot.etcd[0]?.health).alarms.push('NOSPACE'),
      'not yet',
      'NOSPACE on http://pg1:2379',
    ],
    [
      'unreadable DCS',
      (f) => {
        f.shown.snapshot.dcs = notRead();
      },
      'not yet',
      'cannot be read',
    ],
  ],
  'not-paused': [
    notPaused(CLUSTER),
    ['healthy', healthy, true, 'not paused'],
    [
      'paused',
      (f) => {
        dcsIn(f).config.paused = true;
      },
      'not yet',
      'is paused',
    ],
    [
      'unreadable',
      (f) => {
        f.shown.snapshot.dcs = notRead();
      },
      'not yet',
      'cannot be read',
    ],
  ],
  'no-backup-running': [
    noBackupRunning(CLUSTER, 'pg1'),
    ['healthy', healthy, true, 'no base backup'],
    [
      'running',
      (f) => void shownValue(f.shown.activities.pg1).baseBackups.push({ pid: 9, phase: 'streaming' }),
      'not yet',
      'pid 9',
    ],
    [
      'unreadable',
      (f) => {
        f.shown.activities.pg1 = notRead();
      },
      'not yet',
      'cannot be read',
    ],
  ],
  'no-failsafe': [
    noFailsafe(CLUSTER, 'pg1'),
    ['healthy', healthy, true, 'does not run in failsafe'],
    [
      'active',
      (f) => {
        memberIn(f, 'pg1').patroni.failsafeActive = true;
      },
      'not yet',
      'cannot reach the DCS',
    ],
    [
      'unreadable',
      (f) => {
        memberIn(f, 'pg1').member.patroni = notRead();
      },
      'not yet',
      'does not answer',
    ],
  ],
  'vip-held-once': [
    vipHeldOnce(CLUSTER),
    ['healthy', healthy, true, 'lb1 alone'],
    [
      'two',
      (f) => {
        f.shown.snapshot.vip = { address: '10.0.0.100', holders: read(['lb1', 'lb2']) };
      },
      'not yet',
      'at once',
    ],
    [
      'none',
      (f) => {
        f.shown.snapshot.vip = { address: '10.0.0.100', holders: read<string[]>([]) };
      },
      'not yet',
      'nobody',
    ],
    [
      'unreadable',
      (f) => {
        f.shown.snapshot.vip = { address: '10.0.0.100', holders: notRead() };
      },
      'not yet',
      'cannot be read',
    ],
    ['no VIP', (f) => void delete f.shown.snapshot.vip, true, 'no VIP is configured'],
  ],
  'proxies-route-to pg2': [
    proxiesRouteTo(CLUSTER, 'pg2'),
    ['before', healthy, 'not yet', 'lb1 sends writes to pg1, not to pg2 alone'],
    ['after', promoted, true, 'the proxies send writes to pg2 alone'],
    [
      'one proxy down',
      (f) => {
        promoted(f);
        firstProxy(f).stats = notRead();
      },
      true,
      'lb1 cannot be read',
    ],
    [
      'all down',
      (f) =>
        void f.shown.snapshot.proxies.forEach((p) => {
          p.stats = notRead();
        }),
      'not yet',
      'no HAProxy answers',
    ],
    [
      'two up',
      (f) => {
        promoted(f);
        shownValue(firstProxy(f).stats).primary.forEach((s) => {
          s.status = 'UP';
        });
      },
      'not yet',
      'pg1 and pg2 and pg3',
    ],
  ],
});

it('refuses a state that is not in the list and arguments that do not fit', async () => {
  const { view } = fakeCluster();
  await expect(async () => createStates().judge({ state: 'all-is-well', args: {} }, view, 0)).rejects.toThrow(/no state/);
  await expect(createStates().judge({ state: 'not-paused', args: {} }, view, 0)).rejects.toThrow();
});

function firstProxy(fake: FakeCluster) {
  const [proxy] = fake.shown.snapshot.proxies;
  if (!proxy) throw new Error('there is no proxy');
  return proxy;
}

function loseEtcd(fake: FakeCluster, count: number): void {
  for (const endpoint of fake.shown.snapshot.etcd.slice(0, count)) endpoint.health = notRead();
}
