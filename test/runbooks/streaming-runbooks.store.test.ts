import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../lab/wait-for.ts';
import streamingFailover from '../../runbooks/streaming-failover.ts';
import streamingSwitchover from '../../runbooks/streaming-switchover.ts';
import { plainPair } from '../support/plain-pair.ts';

let pair: Awaited<ReturnType<typeof plainPair>>;

beforeEach(async () => {
  pair = await plainPair();
  await streamsFrom('sa1');
  sql('sa1', 'create table kept as select generate_series(1, 100)');
});

afterEach(() => pair.close());

const sql = (name: string, text: string) => pair.machine(name).server.sql(text);
const leads = (name: string) => sql(name, 'select pg_is_in_recovery()') === 'f';

async function streamsFrom(name: string): Promise<void> {
  const missing = () => (sql(name, 'select state from pg_stat_replication') === 'streaming' ? [] : [`a standby of ${name}`]);
  await waitFor('streaming', missing, { timeoutMs: 20_000 });
}

describe('a switchover of two real servers without Patroni', () => {
  it('swaps their roles without losing a row, there and back', async () => {
    const { run, debts } = await pair.run(streamingSwitchover, { cluster: 'ledger' });
    expect([run.state, run.why]).toEqual(['succeeded', undefined]);
    expect(run.report?.says).toContain('sa2 leads ledger on timeline 2; before it was sa1 on timeline 1');
    expect([leads('sa1'), leads('sa2'), sql('sa2', 'select count(*) from kept')]).toEqual([false, true, '100']);
    expect([pair.machine('sa1').masked, debts]).toEqual([false, []]);

    sql('sa2', 'insert into kept values (101)');
    const back = await pair.run(streamingSwitchover, { cluster: 'ledger' });
    expect([back.run.state, back.run.why]).toEqual(['succeeded', undefined]);
    expect([leads('sa1'), leads('sa2'), sql('sa1', 'select count(*) from kept')]).toEqual([true, false, '101']);
  }, 60_000);

  it('starts the old primary again by itself when it fails before the promotion, and nobody can promote then', async () => {
    pair.trouble.add('mark standby');
    const { run, debts } = await pair.run(streamingSwitchover, { cluster: 'ledger' });
    expect(run.state).toBe('failed');
    expect(debts).toEqual([]);
    expect([leads('sa1'), leads('sa2'), pair.machine('sa1').masked]).toEqual([true, false, false]);
    sql('sa1', 'insert into kept values (101)');
    await streamsFrom('sa1');

    pair.trouble.clear();
    const again = await pair.run(streamingSwitchover, { cluster: 'ledger' });
    expect([again.run.state, leads('sa2'), sql('sa2', 'select count(*) from kept')]).toEqual(['succeeded', true, '101']);
  }, 60_000);

  it('never starts the old primary again once the promotion was claimed', async () => {
    pair.trouble.add('promote');
    const promoting = pair.run(streamingSwitchover, { cluster: 'ledger' });
    const { run, debts } = await promoting;
    expect(['failed', 'halted']).toContain(run.state);
    expect(debts.map(({ id }) => id)).toEqual(['stopped sa1 of ledger']);
    expect([pair.machine('sa1').running, pair.machine('sa1').masked]).toEqual([false, true]);
  }, 60_000);
});

describe('a failover of two real servers without Patroni', () => {
  it('fences the crashed primary on its host, proves from the other host that it is dead, and promotes', async () => {
    await pair.machine('sa1').server.stop('immediate');
    pair.machine('sa1').running = false;
    const gone = () => (sql('sa2', 'select count(*) from pg_stat_wal_receiver') === '0' ? [] : ['its end']);
    await waitFor('the WAL receiver to end', gone, { timeoutMs: 20_000 });
    const { run } = await pair.run(streamingFailover, { cluster: 'ledger' });
    expect([run.state, run.why]).toEqual(['succeeded', undefined]);
    expect([leads('sa2'), sql('sa2', 'select count(*) from kept')]).toEqual([true, '100']);
    expect([pair.machine('sa1').running, pair.machine('sa1').masked]).toEqual([false, true]);
  }, 60_000);

  it('is refused while the primary lives', async () => {
    await expect(pair.run(streamingFailover, { cluster: 'ledger' })).rejects.toThrow(
      'sa1 of ledger is out of recovery, so there is a primary',
    );
  });
});
