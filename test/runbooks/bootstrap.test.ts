import { describe, expect, it } from 'vitest';
import command from '../../commands/bootstrap.ts';
import { MIB } from '../support/healthy-cluster.ts';
import { shownValue } from '../support/fake-cluster.ts';
import { DATA, type Fake, pathIn, planned } from './bootstrap-plan.ts';

describe('the plan of a bootstrap', () => {
  it('reads as what a person would say at 3 a.m.', async () => {
    const { plan, locks } = await planned();
    expect(plan.summary).toBe('Make pg3 a standby of pg1, by a copy of its data. Clients notice nothing.');
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Let standby_pg3 replicate from 10.0.0.3, 10.0.0.2 by password on pg1: lines of pg_hba.conf, and a reload',
      'Let standby_pg3 replicate from 10.0.0.3, 10.0.0.1 by password on pg2: lines of pg_hba.conf, and a reload',
      'Make the role standby_pg3 with a generated password, kept in a file of mode 0600 on pg3, pg1, pg2',
      'Give pg3 a configuration like that of pg1',
      'Keep WAL on pg1 for pg3 by the slot standby_pg3',
      'Copy pg1 to pg3 by pg_basebackup',
      `Move the copy into the place of ${DATA}, as a standby`,
      'Start PostgreSQL on pg3, now and at every boot, and wait until it streams',
      'Let standby_pg3 replicate from 10.0.0.1, 10.0.0.2 by password on pg3: lines of pg_hba.conf, and a reload',
    ]);
    expect(plan.checks.filter(({ verdict }) => verdict === 'block')).toEqual([]);
    expect(locks).toEqual([
      { resource: 'cluster:billing', shared: true },
      { resource: 'copy:billing', shared: false },
      { resource: 'member:billing/pg3', shared: false },
    ]);
  });

  it('holds no password and nothing that moves in its steps', async () => {
    const before = await planned();
    const after = await planned(({ standbys }) => {
      standbys.shownSource.wal = { bytes: 61 * MIB, seconds: 601 };
      pathIn({ standbys }, DATA).freeBytes -= MIB;
    });
    expect(after.plan.steps).toEqual(before.plan.steps);
    expect(after.material).toEqual(before.material);
    expect(JSON.stringify(before)).not.toMatch(/password"|SCRAM/);
  });
});

describe('members that the configuration gives by name', () => {
  it('get no line of pg_hba.conf, which is said, and no step is made of nothing', async () => {
    const { plan } = await planned(({ shown }) => {
      for (const member of shown.snapshot.members) if (member.name !== 'pg3') member.host = `${member.name}.example.org`;
    });
    expect(plan.steps.map(({ id }) => id).filter((id) => id.startsWith('allow-'))).toEqual(['allow-pg1', 'allow-pg2']);
    expect(plan.notes).toContainEqual(expect.stringContaining('no line for pg1 and pg2: the configuration gives'));
  });
});

describe('a unit that a failover masked', () => {
  it('is told of before anybody approves, and is no reason against it', async () => {
    const { plan } = await planned((fake) => {
      Object.assign(shownValue(fake.shown.servers.pg3).postgres, { load: 'masked', enabled: 'masked' });
    });
    expect(plan.checks.find(({ id }) => id === 'server')).toMatchObject({
      verdict: 'warn',
      says: expect.stringMatching(/its unit is masked, as a failover leaves a lost primary: the last step unmasks it/),
    });
  });
});

describe('an old data directory', () => {
  const old = (fake: Fake) => {
    pathIn(fake, DATA).kind = 'filled';
    pathIn(fake, DATA).usedBytes = 90 * MIB;
    pathIn(fake, `${DATA}.trunkline-copy`).freeBytes = 40 * MIB;
  };

  it('is deleted only where its host is typed again, at the risk of losing data, and gives its room to the copy', async () => {
    const { plan } = await planned(old, { discard: 'pg3' });
    expect(plan.checks.filter(({ verdict }) => verdict === 'block')).toEqual([]);
    expect([plan.risk, plan.riskReason]).toEqual(['can-lose-data', 'the old data directory of pg3 is deleted']);
    expect(plan.steps.map(({ id }) => id)).toEqual([
      ...['allow-pg1', 'allow-pg2', 'role', 'configure', 'discard', 'slot', 'copy', 'place', 'start', 'allow-pg3'],
    ]);
    expect(plan.checks.find(({ id }) => id === 'data-directory')?.hint).toMatch(
      /deletes it before it copies; its last checkpoint is behind pg1 on the same timeline/,
    );
  });

  it('is not deleted by the name of another host', async () => {
    await expect(planned(old, { discard: 'pg2' })).rejects.toThrow(/--discard names pg2, but the host is pg3/);
  });
});

describe('/pg bootstrap', () => {
  it('takes a rate a second', () => {
    expect(command.parse(['ledger', 'c1', '--max-rate', '50MiB'])).toMatchObject({
      input: { member: 'c1', maxRateKibPerSecond: 51_200 },
    });
    expect(command.parse(['ledger', 'c1'])).toMatchObject({ input: { maxRateKibPerSecond: 1_048_576 } });
  });

  it.each(['31KiB', '2GiB', 'fast', '50'])('refuses a rate of %s', (rate) => {
    expect(() => command.parse(['ledger', 'c1', '--max-rate', rate])).toThrow(/rate/);
  });
});
