import { dcsIn, memberIn, notRead } from '../support/fake-cluster.ts';
import { NOW } from '../support/healthy-cluster.ts';
import { candidate, healthy, leader, testChecks } from './check-table.ts';

testChecks({
  'one-leader': [
    ['all agree', healthy, 'pass', 'pg1 leads by the DCS, by Patroni and by SQL, on timeline 7; nobody else does'],
    [
      'a member that could not be asked, which may be anything',
      (f) => {
        const { member } = memberIn(f, 'pg3');
        member.patroni = notRead();
        member.sql = notRead();
      },
      'warn',
      'pg3 could not be asked',
    ],
    [
      'a key without a primary',
      (f) => {
        leader(f).sql.inRecovery = true;
      },
      'hard block',
      'is in recovery',
    ],
    [
      'two out of recovery',
      (f) => {
        memberIn(f, 'pg3').sql.inRecovery = false;
      },
      'hard block',
      'pg3 is out of recovery beside pg1',
    ],
    [
      'a second primary by REST alone',
      (f) => {
        memberIn(f, 'pg3').patroni.role = 'primary';
      },
      'hard block',
      'pg3 is out of',
    ],
    [
      'Patroni says demoted',
      (f) => {
        leader(f).patroni.role = 'demoted';
      },
      'hard block',
      'says it is demoted',
    ],
    [
      'Patroni is silent',
      (f) => {
        leader(f).member.patroni = notRead();
      },
      'hard block',
      'Patroni on pg1 does not answer (no answer within 3 s)',
    ],
  ],
  'not-paused': [
    ['running', healthy, 'pass', 'not paused'],
    [
      'paused',
      (f) => {
        dcsIn(f).config.paused = true;
      },
      'hard block',
      'is paused',
    ],
  ],
  'no-other-switchover': [
    ['none', healthy, 'pass', 'no other switchover'],
    [
      'under way',
      (f) => {
        dcsIn(f).failover = { leader: 'pg1', candidate: 'pg3' };
      },
      'hard block',
      'pg1 -> pg3 of billing is under way',
    ],
    [
      'scheduled',
      (f) => {
        dcsIn(f).failover = { leader: 'pg1', scheduledAt: '2026-11-23T02:00:00Z' };
      },
      'hard block',
      'scheduled for 2026-11-23',
    ],
  ],
  'no-scheduled-restart': [
    ['none', healthy, 'pass', 'no restart'],
    [
      'one',
      (f) => {
        memberIn(f, 'pg3').patroni.scheduledRestart = '2026-11-23T02:00:00Z';
      },
      'block',
      'pg3 at 2026-11-23',
    ],
  ],
  'no-failsafe': [
    ['inactive', healthy, 'pass', 'not active'],
    [
      'active',
      (f) => {
        leader(f).patroni.failsafeActive = true;
      },
      'hard block',
      'pg1 runs in failsafe mode',
    ],
  ],
  'members-present': [
    ['all', healthy, 'pass', 'all 3 members'],
    [
      'one silent',
      (f) => {
        memberIn(f, 'pg3').member.patroni = notRead();
      },
      'warn',
      'pg3 is missing',
    ],
    [
      'one not in the DCS',
      (f) => {
        delete dcsIn(f).members.pg3;
      },
      'warn',
      'pg3 is missing',
    ],
  ],
  'same-patroni': [
    ['equal', healthy, 'pass', '4.0.7'],
    [
      'different',
      (f) => {
        candidate(f).patroni.patroniVersion = '3.0.2';
      },
      'warn',
      'pg2 3.0.2',
    ],
  ],
  'last-leader-change': [
    ['long ago', healthy, 'pass', 'to pg1'],
    [
      'just now',
      (f) => {
        dcsIn(f).history = [changedAt(NOW - 60_000)];
      },
      'block',
      'last changed 1 min ago (to pg1)',
    ],
    [
      'the limit is configuration',
      (f) => {
        f.shown.limits.minSinceLeaderChangeMs = 0;
        dcsIn(f).history = [changedAt(NOW - 1000)];
      },
      'pass',
      '1 s ago',
    ],
    [
      'never',
      (f) => {
        dcsIn(f).history = [];
      },
      'pass',
      'no change',
    ],
    [
      'the newest counts, in any order',
      (f) => {
        dcsIn(f).history = [changedAt(NOW - 60_000), changedAt(NOW - 9e8)];
      },
      'block',
      '1 min ago',
    ],
  ],
});

function changedAt(at: number) {
  return { timeline: 6, lsn: 1, reason: 'none', at: new Date(at).toISOString(), newLeader: 'pg1' };
}
