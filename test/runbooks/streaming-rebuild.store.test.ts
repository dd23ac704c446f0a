import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../lab/wait-for.ts';
import streamingRebuild from '../../runbooks/streaming-rebuild.ts';
import { plainPair } from '../support/plain-pair.ts';

let pair: Awaited<ReturnType<typeof plainPair>>;

beforeEach(async () => {
  pair = await plainPair();
  await waitFor(
    'streaming',
    () => (sql('sa1', 'select state from pg_stat_replication') === 'streaming' ? [] : ['a standby of sa1']),
    { timeoutMs: 20_000 },
  );
  sql('sa1', 'create table kept as select generate_series(1, 100) as n');
});

afterEach(() => pair.close());

const sql = (name: string, text: string) => pair.machine(name).server.sql(text);

/** sa2 has all of sa1's rows and is promoted beside it. */
async function promoteBeside(): Promise<void> {
  const behind = () => (sql('sa2', "select to_regclass('kept') is not null") === 't' ? [] : ['the table']);
  await waitFor('sa2 to have all', behind, { timeoutMs: 20_000 });
  sql('sa2', 'select pg_promote(true, 60)');
  sql('sa2', 'checkpoint');
}

const asked = { cluster: 'ledger', node: 'sa1', discard: 'sa1' };

describe('the rebuild of a former primary of two real servers without Patroni', () => {
  it('stops one that takes writes beside the new primary, rewinds it, and it streams; no row of the new branch is lost', async () => {
    await promoteBeside();
    sql('sa1', 'insert into kept select generate_series(1001, 1500)');
    sql('sa2', 'insert into kept values (101)');
    const { plan } = await streamingRebuild.propose({ ...asked, discard: undefined }, pair.view);
    expect(plan.checks.find(({ id }) => id === 'typed-name')).toMatchObject({ verdict: 'block', hard: true });
    const other = await streamingRebuild.propose({ cluster: 'ledger', node: 'sa2', discard: 'sa2' }, pair.view);
    const right = other.plan.checks.find(({ id }) => id === 'rightful-primary');
    expect(right).toMatchObject({ verdict: 'block', hard: true });
    expect(right?.says).toContain('sa1 never had timeline 2 of sa2');
    const { run, debts } = await pair.run(streamingRebuild, asked);
    expect([run.state, run.why]).toEqual(['succeeded', undefined]);
    expect(run.plan.risk).toBe('can-lose-data');
    expect(run.report?.says).toBe('sa1 streams again on timeline 2');
    expect(sql('sa1', 'select pg_is_in_recovery(), count(*), max(n) from kept')).toBe('t|101|101');
    expect(sql('sa2', 'select pg_is_in_recovery(), count(*) from kept')).toBe('f|101');
    expect([pair.machine('sa1').masked, debts]).toEqual([false, []]);
    expect(sql('sa1', 'select slot_name from pg_stat_wal_receiver')).toBe('standby_sa1');
    const kept = await pair.view.kept('ledger', 'sa1');
    expect(kept.ok && kept.value.map(({ suffix }) => suffix)).toEqual([expect.stringMatching(/^wal-t1-/)]);
    const again = await streamingRebuild.propose(asked, pair.view);
    expect(again.plan.summary).toContain('it streams from sa2 on timeline 2 already');
  }, 90_000);

  it('lets one that has nothing of its own follow as it is', async () => {
    await pair.machine('sa1').server.stop('fast');
    pair.machine('sa1').running = false;
    await promoteBeside();
    const { run, debts } = await pair.run(streamingRebuild, { cluster: 'ledger', node: 'sa1' });
    expect([run.state, run.why]).toEqual(['succeeded', undefined]);
    expect(run.plan.steps.map(({ id }) => id)).toEqual(['slot', 'stop', 'start', 'slots']);
    expect(sql('sa1', 'select pg_is_in_recovery(), count(*) from kept')).toBe('t|100');
    expect(debts).toEqual([]);
  }, 90_000);

  it('rewinds one that crashed', async () => {
    await promoteBeside();
    sql('sa1', 'insert into kept select generate_series(1001, 1500)');
    await pair.machine('sa1').server.stop('immediate');
    pair.machine('sa1').running = false;
    sql('sa2', 'insert into kept values (101)');
    const { run } = await pair.run(streamingRebuild, asked);
    expect([run.state, run.why]).toEqual(['succeeded', undefined]);
    expect(sql('sa1', 'select pg_is_in_recovery(), count(*) from kept')).toBe('t|101');
  }, 90_000);

  it('leaves it fenced, never started as what it was, when a step fails after the stop; the next run ends well', async () => {
    await promoteBeside();
    sql('sa1', 'insert into kept values (1001)');
    pair.trouble.add('keep wal');
    const { run, debts } = await pair.run(streamingRebuild, asked);
    expect(run.state).toBe('failed');
    expect(debts.map(({ id }) => id)).toContain('stopped sa1 of ledger');
    expect([pair.machine('sa1').running, pair.machine('sa1').masked]).toEqual([false, true]);
    pair.trouble.clear();
    const again = await pair.run(streamingRebuild, asked);
    expect([again.run.state, again.run.why]).toEqual(['succeeded', undefined]);
    expect(sql('sa1', 'select pg_is_in_recovery(), count(*) from kept')).toBe('t|100');
  }, 120_000);

  it('points a standby that runs to the primary, without a restart', async () => {
    const conninfo = () => sql('sa2', 'show primary_conninfo');
    const started = sql('sa2', 'select pg_postmaster_start_time()');
    sql('sa2', "alter system set primary_conninfo = 'host=127.0.0.1 port=1 user=postgres application_name=sa2'");
    sql('sa2', 'select pg_reload_conf()');
    const gone = () => (sql('sa1', 'select count(*) from pg_stat_replication') === '0' ? [] : ['its end']);
    await waitFor('sa2 to be off', gone, { timeoutMs: 20_000 });
    const { run } = await pair.run(streamingRebuild, { cluster: 'ledger', node: 'sa2' });
    expect([run.state, run.why, run.plan.steps.map(({ id }) => id)]).toEqual([
      'succeeded',
      undefined,
      ['slot', 'start', 'slots'],
    ]);
    expect(conninfo()).not.toContain('port=1 ');
    expect(sql('sa2', 'select pg_postmaster_start_time()')).toBe(started);
  }, 60_000);
});
