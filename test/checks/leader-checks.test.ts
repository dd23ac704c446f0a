import { dcsIn, memberIn, notRead, shownValue } from '../support/fake-cluster.ts';
import { MIB } from '../support/healthy-cluster.ts';
import { activity, candidate, healthy, leader, testChecks } from './check-table.ts';

testChecks({
  'leader-maintenance': [
    ['nothing', healthy, 'pass', 'no VACUUM FULL'],
    [
      'an index build and a table held exclusively',
      (f) => {
        activity(f).maintenance = [
          { pid: 11, what: 'CREATE INDEX', database: 'app' },
          { pid: 12, what: 'a table held exclusively', database: 'app' },
        ];
      },
      'warn',
      'pg1 would break off CREATE INDEX in app (pid 11), a table held exclusively in app (pid 12)',
    ],
  ],
  'leader-activity': [
    [
      'unreadable',
      (f) => {
        f.shown.activities.pg1 = notRead();
      },
      'hard block',
      'could not be read: no answer within 3 s',
    ],
  ],
  'leader-long-transactions': [
    ['none', healthy, 'pass', 'no long transaction'],
    [
      'a long one',
      (f) => {
        activity(f).longTransactions = [transaction(125_000)];
      },
      'block',
      'pid 41 of app (billing-web, active, 2 min 5 s)',
    ],
    [
      'many',
      (f) => {
        activity(f).longTransactions = Array.from({ length: 8 }, () => transaction(20_000));
      },
      'block',
      'and 3 more',
    ],
    [
      'a short one',
      (f) => {
        activity(f).longTransactions = [transaction(1000)];
      },
      'pass',
      'no long',
    ],
  ],
  'leader-idle-in-transaction': [
    ['none', healthy, 'pass', 'no further session'],
    [
      'a young one',
      (f) => {
        activity(f).longTransactions = [transaction(2000, 'idle in transaction')];
      },
      'warn',
      'idle in transaction, 2 s',
    ],
  ],
  'leader-prepared-transactions': [
    ['none', healthy, 'pass', 'no prepared'],
    [
      'old',
      (f) => {
        activity(f).preparedTransactions = 2;
        activity(f).oldestPreparedMs = 120_000;
      },
      'warn',
      '2 prepared transactions, the oldest of 2 min',
    ],
  ],
  'leader-base-backup': [
    ['none', healthy, 'pass', 'no base backup'],
    [
      'running',
      (f) => {
        activity(f).baseBackups = [{ pid: 9, phase: 'streaming database files' }];
      },
      'hard block',
      'pid 9',
    ],
  ],
  'leader-logical-slots': [
    ['none', healthy, 'pass', 'no logical slot'],
    [
      'one that PostgreSQL 15 can not keep',
      (f) => {
        activity(f).logicalSlots = ['cdc'];
        memberIn(f, 'pg1').sql.versionNum = 150_018;
      },
      'warn',
      'cdc does not survive: PostgreSQL 15 has no failover slots and Patroni does not keep it',
    ],
    [
      'one that is no failover slot',
      (f) => {
        activity(f).logicalSlots = ['cdc'];
        memberIn(f, 'pg1').sql.versionNum = 170_006;
      },
      'warn',
      'cdc does not survive: it is no failover slot on pg1 and Patroni does not keep it',
    ],
    [
      'a failover slot that the candidate has, and a permanent one that it has not yet',
      (f) => {
        activity(f).logicalSlots = ['cdc', 'kept'];
        memberIn(f, 'pg1').sql.versionNum = 170_006;
        memberIn(f, 'pg1').sql.slots.push({ name: 'cdc', kind: 'logical', active: true, failover: true });
        memberIn(f, 'pg2').sql.slots.push({ name: 'cdc', kind: 'logical', active: false, synced: true });
        dcsIn(f).permanentSlots = ['kept'];
      },
      'warn',
      'kept does not survive: Patroni keeps it, but has not copied it to pg2 yet; cdc survives: pg2 has it too',
    ],
    [
      'a permanent one that the candidate has',
      (f) => {
        activity(f).logicalSlots = ['kept'];
        memberIn(f, 'pg2').sql.slots.push({ name: 'kept', kind: 'logical', active: false });
        dcsIn(f).permanentSlots = ['kept'];
      },
      'pass',
      'kept survives: pg2 has it too',
    ],
  ],
  'leader-wal-since-checkpoint': [['shown', healthy, 'pass', '3 MiB of WAL']],
  archiver: [
    ['works', healthy, 'pass', 'pg1 archives'],
    [
      'fails',
      (f) => {
        Object.assign(leader(f).sql.archiver ?? {}, { lastFailedAtMs: 9e15, lastFailedWal: '00000007', failedCount: 4 });
      },
      'block',
      '00000007 (4 failures)',
    ],
    [
      'off',
      (f) => {
        leader(f).sql.archiver = { mode: 'off', archivedCount: 0, failedCount: 0 };
      },
      'pass',
      'archive_mode off',
    ],
    [
      'off, as SQL says it',
      (f) => {
        delete leader(f).sql.archiver;
      },
      'pass',
      'archive_mode off',
    ],
  ],
  'archiver-backlog': [
    ['none', healthy, 'pass', '0 WAL files'],
    [
      'too many',
      (f) => {
        activity(f).readyWalFiles = 21;
      },
      'block',
      '21 WAL files',
    ],
    [
      'unreadable',
      (f) => {
        delete activity(f).readyWalFiles;
      },
      'warn',
      'could not be read',
    ],
  ],
  'disk-pg2': [
    ['room', healthy, 'pass', '60 %'],
    [
      'full',
      (f) => {
        shownValue(candidate(f).member.disk).data.freeBytes = 5 * MIB;
      },
      'warn',
      '0 %',
    ],
    [
      'unreadable',
      (f) => {
        candidate(f).member.disk = notRead();
      },
      'warn',
      'could not be read',
    ],
  ],
});

function transaction(ageMs: number, state = 'active') {
  return { pid: 41, user: 'app', application: 'billing-web', ageMs, state };
}
