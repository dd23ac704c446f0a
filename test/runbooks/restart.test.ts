import { describe, expect, it } from 'vitest';
import command from '../../commands/restart.ts';
import restart from '../../runbooks/restart.ts';
import { dcsIn, memberIn, shownValue } from '../support/fake-cluster.ts';
import { withPoolers } from '../support/fake-poolers.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { type Change, lowered, planFor, raised, wants, world } from '../support/restart-world.ts';

describe('the plan of a rolling restart', () => {
  it('reads as what a person would say at 3 a.m.: standbys first, each proven, the leader last and in its place', async () => {
    const { plan, input, locks, material } = await restart.propose({ cluster: CLUSTER, pending: true }, world(raised).view);
    expect(plan.summary).toBe(
      'Restart PostgreSQL of billing, one at a time: pg2, then pg3, then the leader pg1 in its place. Writes stop for some seconds.',
    );
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Restart pg2 and wait until it streams again',
      'Restart pg3 and wait until it streams again',
      'Checkpoint pg1, so that its shutdown is quick',
      'Restart the leader pg1 in its place',
      'Wait for pg2 and pg3 to stream from pg1 again',
    ]);
    expect(plan).toMatchObject({ risk: 'interrupts-writes', riskReason: 'pg1 takes writes, and restarts' });
    expect(input).toEqual({ cluster: CLUSTER, pending: true, leader: 'in-place' });
    expect(locks).toEqual([{ resource: 'cluster:billing', shared: false }]);
    expect(material).toMatchObject({
      asked: expect.arrayContaining([
        'pg2, running since 2026-11-21T12:00:00.000Z, waits for a restart (max_connections 100 -> 200)',
      ]),
    });
    expect(plan.notes).toContain('pg2 waits for a restart (max_connections 100 -> 200).');
    expect(plan.notes.join(' ')).toMatch(/standbys restart first, because max_connections \(100 -> 200\) goes up/);
  });

  it('restarts the leader first when such a setting goes down', async () => {
    const plan = await planFor({ pending: true }, lowered);
    expect(plan.steps.map(({ id }) => id)).toEqual(['checkpoint', 'restart-pg1', 'follow', 'restart-pg2', 'restart-pg3']);
    await expect(planFor({ pending: true, leader: 'switchover' }, lowered)).rejects.toThrow(
      /must restart first and in its place/,
    );
  });

  it('refuses when one goes up and another down, as no order is right for both', async () => {
    await expect(planFor({ pending: true }, wants({ max_connections: '200', max_wal_senders: '5' }))).rejects.toThrow(
      /max_connections \(100 -> 200\) goes up, which wants the standbys first, and max_wal_senders \(10 -> 5\) goes down/,
    );
  });

  it('goes only to those that wait, and leaves writes alone when the leader does not', async () => {
    const plan = await planFor({ pending: true }, wants({ shared_buffers: '2GB' }, ['pg3']));
    expect(plan.steps.map(({ id }) => id)).toEqual(['restart-pg3']);
    expect(plan.risk).toBe('interrupts-nothing');
    expect(plan.notes).toContain('Writes go on: pg1 is not touched.');
  });

  it('asks nothing of PgBouncers, which it does not pause: `--without-pause` is no flag of it', async () => {
    const plan = await planFor({ pending: true, leader: 'switchover' }, raised, (fake) => {
      withPoolers(fake, 'lb1');
      const [pooler] = fake.shown.poolers;
      if (pooler?.state.ok) pooler.state.value.sessionUsers = ['app'];
    });
    expect(plan.checks.filter(({ verdict }) => verdict === 'block')).toEqual([]);
  });

  it('says who could take over while a member is away, and counts nobody whom a drain keeps from it', async () => {
    const drained: Change = (fake) => {
      memberIn(fake, 'pg2').patroni.tags = { nofailover: true, noloadbalance: true, nosync: true };
    };
    const away = (await planFor({ member: 'pg3' }, drained)).checks.find(({ id }) => id === 'pg3-others');
    expect(away).toMatchObject({ verdict: 'warn', says: expect.stringMatching(/nobody could take over/) });
    const lone: Change = (fake) => {
      const { sql } = memberIn(fake, 'pg1');
      sql.standbys = sql.standbys.filter(({ name }) => name === 'pg2');
    };
    const leader = (await planFor({ member: 'pg1' }, drained, lone)).checks.find(({ id }) => id === 'leader-start');
    expect(leader).toMatchObject({ verdict: 'warn', says: expect.stringMatching(/nobody takes over/) });
  });

  it('restarts a synchronous standby after the others', async () => {
    const plan = await planFor({ pending: true }, wants({ shared_buffers: '2GB' }, ['pg2', 'pg3']), (fake) => {
      dcsIn(fake).config.synchronousMode = 'on';
      dcsIn(fake).sync = { leader: 'pg1', standbys: ['pg2'] };
    });
    expect(plan.steps.map(({ id }) => id)).toEqual(['restart-pg3', 'restart-pg2']);
  });

  it('moves the lead to a restarted standby where that is asked for; the old leader restarts as its standby', async () => {
    const { plan, input } = await restart.propose({ cluster: CLUSTER, pending: true, leader: 'switchover' }, world(raised).view);
    expect(input).toEqual({ cluster: CLUSTER, pending: true, leader: 'switchover', to: 'pg2' });
    expect(plan.steps.map(({ id }) => id)).toEqual([
      ...[
        'restart-pg2',
        'restart-pg3',
        'checkpoint',
        'caught-up',
        'switchover',
        'routed',
        'restarted-pg1',
        'follows-pg3',
        'archives',
      ],
    ]);
    expect(plan.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(plan.steps.find(({ id }) => id === 'restarted-pg1')?.until?.args).toMatchObject({ role: 'replica', timeline: 8 });
  });

  it('is blocked by a pause when the lead shall move, and only warns when the leader restarts in its place', async () => {
    const paused: Change = (fake) => {
      dcsIn(fake).config.paused = true;
    };
    const verdict = async (leader: string) =>
      (await planFor({ pending: true, leader }, raised, paused)).checks.find(({ id }) => id === 'not-paused')?.verdict;
    expect([await verdict('in-place'), await verdict('switchover')]).toEqual(['warn', 'block']);
  });

  it('tells names alone where Patroni gives no reasons, as before 3.3', async () => {
    const plan = await planFor({ pending: true }, raised, (fake) => {
      for (const name of ['pg1', 'pg2', 'pg3']) delete memberIn(fake, name).patroni.pendingRestartReason;
      shownValue(fake.shown.activities.pg2).pendingSettings = ['max_connections'];
    });
    expect(plan.notes).toEqual(
      expect.arrayContaining(['pg2 waits for a restart (max_connections).', 'pg3 waits for a restart.']),
    );
  });
});

describe('/pg restart', () => {
  it('starts the runbook with what was typed', () => {
    expect(command.parse(['billing', '--pending', '--leader', 'switchover', '--to', 'pg3'])).toMatchObject({
      does: 'start',
      input: { cluster: 'billing', pending: true, leader: 'switchover', to: 'pg3' },
    });
    expect(command.parse(['billing', 'pg2'])).toMatchObject({ input: { cluster: 'billing', member: 'pg2' } });
    expect(() => command.parse(['billing', '--leader', 'now'])).toThrow();
  });
});
