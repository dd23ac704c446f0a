import { describe, expect, it } from 'vitest';
import { judgeConfig } from '../../src/states/config-holds.ts';
import { notRead } from '../support/fake-cluster.ts';
import { configReadings, fakeConfig } from '../support/fake-rest.ts';

const ARGS = { cluster: 'billing', values: { work_mem: '64MB' }, on: { work_mem: ['pg1', 'pg2'] } };

/** A cluster that holds work_mem=64MB, whose members run with these (in kB). */
function world({ held = '64MB' as string | null, pg1 = '65536', pg2 = '65536' } = {}) {
  const config = fakeConfig(['pg1', 'pg2']);
  config.dynamic = held === null ? {} : { postgresql: { parameters: { work_mem: held } } };
  for (const [member, setting] of [['pg1', pg1] as const, ['pg2', pg2] as const])
    config.settings[member] = {
      work_mem: { name: 'work_mem', setting, unit: 'kB', source: 'configuration file', pendingRestart: false },
    };
  return configReadings(config);
}
const judge = (config: ReturnType<typeof world>, elapsedMs = 0, args: Parameters<typeof judgeConfig>[0] = ARGS) =>
  judgeConfig(args, { config, pending: new Map(), elapsedMs });

describe('that the configuration holds', () => {
  it('is true when Patroni holds it and every member runs with it, however it is written', () => {
    expect(judge(world({ held: '65536kB' }))).toEqual({
      holds: true,
      says: 'Patroni of billing holds it; pg1, pg2 run with it, by pg_settings',
    });
  });

  it('is not yet while Patroni holds another value, and impossible once that is so for 20 s', () => {
    expect(judge(world({ held: '4MB' }), 19_999)).toMatchObject({ holds: false, impossible: false });
    expect(judge(world({ held: null }), 20_000)).toMatchObject({
      impossible: true,
      why: 'Patroni of billing does not hold it: work_mem is not set; it was not taken, or somebody changed it back',
    });
  });

  it('is not yet while one member still runs with the old value, or can not be read', () => {
    expect(judge(world({ pg2: '4096' }), 60_000)).toMatchObject({ impossible: false, why: 'pg2 still runs with work_mem 4 MiB' });
    const { dynamic, members } = world();
    const dark = members.map((one) => (one.name === 'pg2' ? { ...one, settings: notRead('connection refused') } : one));
    expect(judge({ dynamic, members: dark })).toMatchObject({ why: 'the settings of pg2 cannot be read: connection refused' });
  });

  it('counts a member that says it waits for a restart for this setting, and not one that waits for another', () => {
    const config = fakeConfig(['pg1']);
    config.dynamic = { postgresql: { parameters: { max_connections: 200 } } };
    const args = { cluster: 'billing', values: { max_connections: 200 }, on: { max_connections: ['pg1'] } };
    const with_ = (named: readonly string[] | 'some') =>
      judgeConfig(args, { config: configReadings(config), pending: new Map([['pg1', named]]), elapsedMs: 0 });
    expect(with_(['max_connections'])).toMatchObject({ holds: true, says: expect.stringContaining('pg1 waits for a restart') });
    expect(with_('some')).toMatchObject({ holds: true });
    expect(with_(['shared_buffers'])).toMatchObject({ holds: false, why: 'pg1 still runs with max_connections 100' });
  });

  it('tells what else changed since it was asked, and which run of ours that may have been', () => {
    const seen = { atMs: 100, config: { ttl: '30', 'postgresql.parameters.work_mem': '4MB' } };
    const requester = { userId: 'U0', userName: 'olga', teamId: 'T0' };
    const told = (endedAtMs: number) =>
      judgeConfig(
        { ...ARGS, seen },
        {
          ...{ config: world(), pending: new Map(), elapsedMs: 0 },
          runs: [{ id: 'r1111111', runbook: 'config-set', endedAtMs, requester }],
        },
      );
    expect(told(200)).toMatchObject({
      says: expect.stringContaining(
        "meanwhile somebody else changed ttl 30 -> not set (Trunkline's own since then: config-set r1111111 by olga)",
      ),
    });
    expect(told(99)).toMatchObject({ says: expect.stringContaining('not by a run of Trunkline') });
  });

  it('of a key that is taken out is seen in what Patroni holds', () => {
    const args = { cluster: 'billing', values: { work_mem: null }, on: { work_mem: [] } };
    expect(judge(world({ held: null }), 0, args)).toMatchObject({ holds: true });
    expect(judge(world(), 0, args)).toMatchObject({ holds: false });
  });
});
