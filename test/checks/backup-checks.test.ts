import { describe, expect, it } from 'vitest';
import { backupChecks } from '../../src/checks/backup-checks.ts';
import { lookForFailover } from '../../src/checks/failover-facts.ts';
import { failoverPreflight } from '../../src/checks/failover-checks.ts';
import { lookForRestart } from '../../src/checks/restart-facts.ts';
import { restartPreflight } from '../../src/checks/restart-checks.ts';
import { lookForSwitchover } from '../../src/checks/switchover-facts.ts';
import { switchoverPreflight } from '../../src/checks/switchover-checks.ts';
import { backupLine } from '../../src/status/backup-line.ts';
import { backupOf, backupsOf } from '../support/fake-backups.ts';
import { loseLeader } from '../support/dead-leader.ts';
import { fakeCluster, notRead } from '../support/fake-cluster.ts';
import { CLUSTER, NOW } from '../support/healthy-cluster.ts';
import { messageLines } from '../support/message-lines.ts';

const failed = backupOf(1, { good: false });
const running = { running: [{ on: 'pg1', percent: 42 }] };

describe('the backup of a cluster, before something is done to it and in its status', () => {
  it.each([
    [
      'is young enough',
      backupsOf([backupOf(30), backupOf(5)]),
      ['pass: the last good backup of billing (full, 20261122-060000F) ended 5 h ago', 'pass: no backup of billing runs'],
      '[info] Last good backup 5 h ago (2026-11-22T07:00:00Z): full, 100 MiB',
    ],
    [
      'is too old, as a later one has bad pages',
      backupsOf([backupOf(30), failed]),
      ['warn: the last good backup of billing (full, 20261122-060000F) ended 1 d 6 h ago', 'pass: no backup of billing runs'],
      '[warn] Last good backup 1 d 6 h ago (2026-11-21T06:00:00Z), older than 1 d 2 h: full, 100 MiB',
    ],
    [
      'is not there, and one runs',
      backupsOf([], running),
      [
        'warn: pgBackRest has no good backup of billing',
        'warn: a backup of billing by pgBackRest runs right now (on pg1, 42 % done)',
      ],
      '[warn] No good backup: pgBackRest has none of billing; one runs now on pg1 (42 %)',
    ],
    [
      'has a flaw',
      backupsOf([backupOf(5)], { flaw: 'other (code 99)' }),
      [
        'warn: the last good backup of billing (full, 20261122-060000F) ended 5 h ago; pgBackRest says: other (code 99)',
        'pass: no backup of billing runs',
      ],
      '[warn] Last good backup 5 h ago (2026-11-22T07:00:00Z): full, 100 MiB; pgBackRest says: other (code 99)',
    ],
    [
      'is too old, as a later one is dated in the future',
      backupsOf([backupOf(30), backupOf(-48, { label: '20261124-120000F' })]),
      [
        'warn: the last good backup of billing (full, 20261122-060000F) ended 1 d 6 h ago; dated in the future, so not counted: 20261124-120000F',
        'pass: no backup of billing runs',
      ],
      '[warn] Last good backup 1 d 6 h ago (2026-11-21T06:00:00Z), older than 1 d 2 h: full, 100 MiB; dated in the future, so not counted: 20261124-120000F',
    ],
    [
      'is not known to a member',
      backupsOf([backupOf(5, { unknownTo: ['pg2', 'pg3'] })]),
      [
        'warn: the last good backup of billing (full, 20261122-060000F) ended 5 h ago; pgBackRest on pg2 and pg3 does not know it',
        'pass: no backup of billing runs',
      ],
      '[warn] Last good backup 5 h ago (2026-11-22T07:00:00Z): full, 100 MiB; pgBackRest on pg2 and pg3 does not know it',
    ],
    [
      'can not be read',
      notRead('bk1 is off'),
      ['warn: when the last good backup ended can not be read: bk1 is off'],
      '[unknown] Last good backup not read: bk1 is off',
    ],
    ['is of no configured tool', undefined, [], undefined],
  ])('%s', (_case, backups, checks, line) => {
    expect(backupChecks(backups, NOW).map(({ verdict, says }) => `${verdict}: ${says}`)).toEqual(checks);
    expect(messageLines({ parts: [...backupLine(backups, NOW)] })).toEqual(line === undefined ? [] : [line]);
  });

  it('has its number and its limit in the plan of a switchover, a restart and a failover, and blocks none of them', async () => {
    const fake = fakeCluster();
    fake.shown.backups = backupsOf([backupOf(30)]);
    const restart = await lookForRestart(CLUSTER, { member: 'pg2' }, fake.view);
    const plans = [
      switchoverPreflight(await lookForSwitchover(CLUSTER, fake.view), 'pg2').checks,
      restartPreflight(restart, { member: 'pg2' }).checks,
    ];
    loseLeader(fake);
    plans.push(failoverPreflight(await lookForFailover(CLUSTER, fake.view), {}).checks);
    for (const checks of plans) {
      const told = checks.find(({ id }) => id === 'last-backup');
      expect(told).toMatchObject({
        verdict: 'warn',
        limit: 'ended at most 1 d 2 h ago',
        says: expect.stringContaining('1 d 6 h ago'),
      });
    }
  });
});
