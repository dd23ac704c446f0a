import { notRead, shownValue } from '../support/fake-cluster.ts';
import { NOW, read } from '../support/healthy-cluster.ts';
import { healthy, testChecks } from './check-table.ts';

const MINUTE = 60_000;

testChecks({
  'etcd-quorum': [
    ['all', healthy, 'pass', '3 of 3'],
    [
      'one lost',
      (f) => {
        etcd(f, 0).health = notRead();
      },
      'warn',
      '2 of 3 etcd members answer and see a leader; silent: http://pg1:2379',
    ],
    [
      'two lost',
      (f) => {
        etcd(f, 0).health = notRead();
        etcd(f, 1).health = notRead();
      },
      'hard block',
      '1 of 3',
    ],
    [
      'no leader seen',
      (f) => {
        for (const one of f.shown.snapshot.etcd) shownValue(one.health).hasLeader = false;
      },
      'hard block',
      '0 of 3',
    ],
    [
      'no endpoint known',
      (f) => {
        f.shown.snapshot.etcd = [];
      },
      'hard block',
      '0 of 0',
    ],
  ],
  'etcd-alarms': [
    ['none', healthy, 'pass', 'no alarm'],
    [
      'out of space',
      (f) => {
        shownValue(etcd(f, 2).health).alarms = ['NOSPACE'];
      },
      'hard block',
      'NOSPACE on http://pg3:2379',
    ],
  ],
  'etcd-leader-changes': [
    ['the same term for an hour', healthy, 'pass', 'the same leader for 1 h or longer'],
    [
      'a new term, seen a minute ago',
      (f) => {
        f.shown.snapshot.etcdTerm = {
          term: '4',
          sinceMs: NOW - MINUTE,
          formerSeenAtMs: NOW - 2 * MINUTE,
          watchedSinceMs: NOW - 60 * MINUTE,
        };
      },
      'warn',
      'etcd changed its leader in the last 2 min, now raft term 4',
    ],
    [
      'a new term, of which it is not known since when',
      (f) => {
        f.shown.snapshot.etcdTerm = {
          term: '4',
          sinceMs: NOW - MINUTE,
          formerSeenAtMs: NOW - 30 * MINUTE,
          watchedSinceMs: NOW - 60 * MINUTE,
        };
      },
      'warn',
      'etcd changed its leader 1 min ago or before',
    ],
    [
      'a new term, twenty minutes ago',
      (f) => {
        f.shown.snapshot.etcdTerm = {
          term: '4',
          sinceMs: NOW - 20 * MINUTE,
          formerSeenAtMs: NOW - 21 * MINUTE,
          watchedSinceMs: NOW - 60 * MINUTE,
        };
      },
      'pass',
      'the same leader for 20 min or longer',
    ],
    [
      'watched for a minute only',
      (f) => {
        f.shown.snapshot.etcdTerm = { term: '4', sinceMs: NOW - MINUTE, watchedSinceMs: NOW - MINUTE };
      },
      'pass',
      'for the 1 min that this process has watched it; what was before is not known',
    ],
    [
      'not read',
      (f) => {
        delete f.shown.snapshot.etcdTerm;
      },
      'warn',
      'could not be read',
    ],
  ],
  'proxy-lb1-sessions': [
    ['ended', healthy, 'pass', 'lb1 ends the sessions on a server that it marks down'],
    [
      'left on two servers',
      (f) => {
        f.shown.lingering = [{ proxy: 'lb1', servers: read(['pg1', 'pg3']) }];
      },
      'warn',
      'lb1 leaves sessions on pg1, pg3 when it marks them down',
    ],
    [
      'not read',
      (f) => {
        f.shown.lingering = [{ proxy: 'lb1', servers: notRead('no such file') }];
      },
      'warn',
      'whether lb1 ends sessions on the old primary could not be read: no such file',
    ],
  ],
  proxies: [
    ['all answer', healthy, 'pass', 'all 2 HAProxy answer'],
    [
      'one silent',
      (f) => {
        proxy(f).stats = notRead();
      },
      'warn',
      'lb1 does not answer',
    ],
    [
      'all silent',
      (f) => {
        for (const one of f.shown.snapshot.proxies) one.stats = notRead();
      },
      'block',
      'no HAProxy answers',
    ],
  ],
  'proxy-lb1-writes': [
    ['the leader alone', healthy, 'pass', 'lb1 sends writes to pg1 alone'],
    [
      'nobody',
      (f) => {
        for (const s of shownValue(proxy(f).stats).primary) s.status = 'DOWN';
      },
      'block',
      'to nobody',
    ],
    [
      'two',
      (f) => {
        for (const s of shownValue(proxy(f).stats).primary) s.status = 'UP';
      },
      'block',
      'pg1 and pg2 and pg3',
    ],
  ],
  'proxy-lb1-candidate': [
    ['reached', healthy, 'pass', 'reaches the health check of pg2'],
    [
      'down',
      (f) => {
        for (const s of shownValue(proxy(f).stats).replicas) s.status = 'DOWN';
      },
      'block',
      'lb1 says that pg2 is DOWN',
    ],
    [
      'not listed',
      (f) => {
        shownValue(proxy(f).stats).replicas = [];
      },
      'warn',
      'no replica server pg2',
    ],
  ],
  vip: [
    ['one holder', healthy, 'pass', 'lb1 alone'],
    [
      'two holders',
      (f) => {
        vip(f).holders = read(['lb1', 'lb2']);
      },
      'block',
      'lb1 and lb2 hold the VIP',
    ],
    [
      'none',
      (f) => {
        vip(f).holders = read<string[]>([]);
      },
      'block',
      'nobody holds',
    ],
    [
      'unreadable',
      (f) => {
        vip(f).holders = notRead();
      },
      'warn',
      'could not be read',
    ],
  ],
});

type Fake = Parameters<typeof healthy>[0];
const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the fake cluster lacks it');
  return value;
};
const etcd = (fake: Fake, index: number) => present(fake.shown.snapshot.etcd[index]);
const proxy = (fake: Fake) => present(fake.shown.snapshot.proxies[0]);
const vip = (fake: Fake) => present(fake.shown.snapshot.vip);
