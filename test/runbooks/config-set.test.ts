import { describe, expect, it } from 'vitest';
import command from '../../commands/config-set.ts';
import configSet from '../../runbooks/config-set.ts';
import { createActs } from '../../src/acts/all.ts';
import type { Check } from '../../src/core/check.ts';
import type { ConfigValue } from '../../src/core/config-value.ts';
import { planHash } from '../../src/core/plan-hash.ts';
import { createStates } from '../../src/states/all.ts';
import { type FakeCluster, fakeCluster, memberIn } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const propose = (fake: FakeCluster, set: Record<string, ConfigValue>) => configSet.propose({ cluster: CLUSTER, set }, fake.view);
const checkOf = (checks: readonly Check[], id: string) => checks.find((check) => check.id === id);
const ACT = { claim: 'r4k2m9xq.set', signal: new AbortController().signal };

function settingIn(fake: FakeCluster, member: string, name: string) {
  const row = fake.config.settings[member]?.[name];
  if (!row) throw new Error(`${member} has no ${name}`);
  return row;
}

describe('the plan of a change of the configuration', () => {
  it('shows the difference, when it takes effect, and what held while nothing was set', async () => {
    const { plan, material } = await propose(fakeCluster(), { work_mem: '64MB', ttl: 40 });
    expect(plan.summary).toBe('Change the configuration of billing: ttl 30 s -> 40 s, work_mem not set -> 64MB.');
    expect(plan.notes).toEqual([
      "ttl 30 s -> 40 s: Patroni's own, in its next loop",
      'work_mem not set -> 64MB (in effect: 4 MiB): by a reload, which Patroni does by itself',
    ]);
    expect(material).toEqual({ systemId: '7711123950511697988', held: { ttl: 30, work_mem: null } });
  });

  it('says which members must be restarted, in which order, and restarts nothing', async () => {
    const raised = (await propose(fakeCluster(), { max_connections: 200 })).plan;
    expect(raised.notes.join(' ')).toContain('pg1, pg2, pg3 must be restarted before max_connections takes effect');
    expect(raised.notes.join(' ')).toContain('`/pg restart billing --pending`');
    expect(checkOf(raised.checks, 'hot-standby-order')).toMatchObject({
      verdict: 'warn',
      says: 'max_connections is raised: restart pg2, pg3 first, pg1 last',
    });
    const lowered = (await propose(fakeCluster(), { max_connections: 50 })).plan;
    expect(checkOf(lowered.checks, 'hot-standby-order')?.says).toBe(
      'max_connections is lowered: restart pg1 first, then pg2, pg3',
    );
  });

  it.each([
    [{ ttl: 25 }, 'block'],
    [{ ttl: 25, loop_wait: 5 }, 'pass'],
    [{ retry_timeout: 11 }, 'block'],
    [{ loop_wait: 5, retry_timeout: 12 }, 'pass'],
    [{ ttl: null, retry_timeout: null }, 'pass'],
  ] as const)('keeps loop_wait + 2 x retry_timeout under ttl: %j is a %s', async (set, verdict) => {
    const { plan } = await propose(fakeCluster(), set);
    expect(checkOf(plan.checks, 'dcs-timing')).toMatchObject({ verdict, ...(verdict === 'block' ? { hard: true } : {}) });
  });

  it.each([
    ['logical', 'can-lose-data'],
    ['physical', 'interrupts-nothing'],
  ] as const)(
    'blocks a limit of WAL under what a %s slot keeps now, as the next checkpoint would make it lost',
    async (kind, risk) => {
      const fake = fakeCluster();
      memberIn(fake, 'pg1').sql.slots = [{ name: 'warehouse', kind, active: true, retainedBytes: 5 * 1024 ** 3 }];
      const { plan } = await propose(fake, { max_slot_wal_keep_size: '1GB' });
      expect(checkOf(plan.checks, 'slots-kept')).toMatchObject({
        verdict: 'block',
        hard: false,
        says: expect.stringContaining(`warehouse (${kind}) on pg1 keeps 5 GiB`),
      });
      expect(plan.risk).toBe(risk);
      for (const value of ['10GB', -1, null]) {
        const enough = (await propose(fake, { max_slot_wal_keep_size: value })).plan;
        expect(checkOf(enough.checks, 'slots-kept')).toMatchObject({ verdict: 'pass' });
      }
    },
  );

  it('blocks fewer slots than a member has, with which it would not start again', async () => {
    const fake = fakeCluster();
    memberIn(fake, 'pg2').sql.slots = Array.from({ length: 6 }, (_, at) => ({ name: `s${at}`, kind: 'physical', active: true }));
    const check = async (most: number | null) =>
      checkOf((await propose(fake, { max_replication_slots: most })).plan.checks, 'slots-fit');
    expect(await check(5)).toMatchObject({ verdict: 'block', hard: true, says: expect.stringContaining('pg2 has 6') });
    expect(await check(6)).toMatchObject({ verdict: 'pass' });
    expect(await check(null)).toMatchObject({ verdict: 'pass' });
  });

  it('warns of what ALTER SYSTEM or the member itself decides, and does not wait for those', async () => {
    const fake = fakeCluster();
    fake.config.dynamic = { postgresql: { parameters: { work_mem: '4MB' } } };
    fake.config.settings.pg2 = {
      ...fake.config.settings.pg2,
      work_mem: { ...settingIn(fake, 'pg2', 'work_mem'), sourceFile: '/var/lib/postgresql/17/main/postgresql.auto.conf' },
    };
    fake.config.settings.pg3 = {
      ...fake.config.settings.pg3,
      work_mem: { ...settingIn(fake, 'pg3', 'work_mem'), setting: '8192' },
    };
    const { plan } = await propose(fake, { work_mem: '64MB' });
    expect(checkOf(plan.checks, 'no-override')).toMatchObject({
      verdict: 'warn',
      says: "decided elsewhere and not changed by this: work_mem on pg2 by ALTER SYSTEM (postgresql.auto.conf); work_mem on pg3 by the member's own patroni.yml",
    });
    expect(plan.steps[0]?.until?.args).toMatchObject({ on: { work_mem: ['pg1'] } });
  });

  it('blocks quorum commit on a Patroni that does not know it, and a setting that PostgreSQL does not know', async () => {
    const old = fakeCluster();
    memberIn(old, 'pg2').patroni.patroniVersion = '3.0.2';
    expect(checkOf((await propose(old, { synchronous_mode: 'quorum' })).plan.checks, 'supported')).toMatchObject({
      verdict: 'block',
      hard: true,
    });
    expect(checkOf((await propose(fakeCluster(), { wal_keep_size: '1GB' })).plan.checks, 'supported')).toMatchObject({
      verdict: 'block',
      says: 'not known to this PostgreSQL: wal_keep_size on pg1, pg2, pg3',
    });
  });

  it('is riskier when strict synchronous mode could stop writes', async () => {
    const fake = fakeCluster();
    memberIn(fake, 'pg1').sql.standbys.pop();
    const { plan } = await propose(fake, { synchronous_mode: true, synchronous_mode_strict: true });
    expect(plan).toMatchObject({ risk: 'interrupts-writes', riskReason: expect.stringContaining('writes stop when it goes') });
  });

  it('has another hash when the value that it changes was changed, and the same when another was', async () => {
    const fake = fakeCluster();
    const first = await propose(fake, { work_mem: '64MB' });
    const again = async () =>
      planHash({ runbook: 'config-set', digest: '', ...(await configSet.propose(first.input, fake.view)) });
    const hash = planHash({ runbook: 'config-set', digest: '', ...first });
    fake.config.dynamic = { ...fake.config.dynamic, maximum_lag_on_failover: 5 };
    expect(await again()).toBe(hash);
    fake.config.dynamic = { ...fake.config.dynamic, postgresql: { parameters: { work_mem: '8MB' } } };
    expect(await again()).not.toBe(hash);
  });
});

describe('a change of the configuration that is carried out', () => {
  it('is proven on every member, tells what somebody else changed meanwhile, and offers its reverse', async () => {
    const fake = fakeCluster();
    const { plan, input, material } = await propose(fake, { work_mem: '64MB', max_connections: 200 });
    fake.config.dynamic = { ...fake.config.dynamic, maximum_lag_on_failover: 5 };
    const [step] = plan.steps;
    if (!step?.act || !step.until) throw new Error('a step with act and until was expected');
    await createActs(fake.hands).perform(step.act, ACT);
    expect(fake.done).toContain('patch pg1 {"postgresql":{"parameters":{"work_mem":"64MB","max_connections":200}}}');
    const verdict = await createStates().judge(step.until, fake.view, fake.now);
    expect(verdict).toEqual({
      holds: true,
      says: 'Patroni of billing holds it; pg1, pg2, pg3 wait for a restart; meanwhile somebody else changed maximum_lag_on_failover not set -> 5 (not by a run of Trunkline, and Patroni keeps no names)',
    });
    const note = verdict.holds ? verdict.says : '';
    const journal = { set: { mark: 'done' as const, startedAtMs: 1, note } };
    const end = configSet.conclude(input, { material, plan, journal, snapshot: fake.facts().snapshot });
    expect(end?.says).toContain('some members wait for a restart: `/pg restart billing --pending`');
    expect(end?.lines).toContainEqual({
      sign: 'warn',
      text: 'meanwhile somebody else changed maximum_lag_on_failover not set -> 5 (not by a run of Trunkline, and Patroni keeps no names)',
    });
    expect(end?.reverse).toEqual({
      says: 'work_mem 64MB -> not set, max_connections 200 -> 100',
      input: { cluster: CLUSTER, set: { work_mem: null, max_connections: 100 } },
    });
  });

  it('changes nothing when somebody else changed the same since it was approved', async () => {
    const fake = fakeCluster();
    const { plan } = await propose(fake, { ttl: 40 });
    fake.config.dynamic = { ...fake.config.dynamic, ttl: 60 };
    const [step] = plan.steps;
    if (!step?.act) throw new Error('an act was expected');
    await expect(createActs(fake.hands).perform(step.act, ACT)).rejects.toMatchObject({
      kind: 'stale',
      message: expect.stringContaining('ttl was 30 s when it was approved and is 60 s now'),
    });
    expect(fake.done.filter((line) => line.startsWith('patch'))).toEqual([]);
  });

  it('can not be made to set anything else by a plan that was stored', async () => {
    const fake = fakeCluster();
    const args = { cluster: CLUSTER, via: 'pg1', before: { archive_command: null }, after: { archive_command: 'rm -rf /' } };
    await expect(createActs(fake.hands).perform({ act: 'config-set', args }, ACT)).rejects.toThrow(/not in the closed list/);
    expect(fake.done).toEqual([]);
  });
});

describe('/pg config set', () => {
  it('takes several settings, and a reason behind them', () => {
    expect(command.parse(['billing', 'work_mem=64MB', 'postgresql.parameters.log_lock_waits=on', '--reason', 'x'])).toMatchObject(
      {
        reason: 'x',
        input: { cluster: 'billing', set: { work_mem: '64MB', log_lock_waits: 'on' } },
      },
    );
    expect(command.usage).toMatch(/^config set CLUSTER SETTINGS\.\.\. /);
  });

  it.each([
    [['billing'], /SETTINGS is missing/],
    [['billing', 'work_mem'], /is no KEY=VALUE/],
    [['billing', 'work_mem=64MB', 'work_mem=32MB'], /given twice/],
    [['billing', 'archive_command=true'], /is not set from chat/],
    [['billing', 'work_men=64MB'], /not in the list/],
    [['billing', 'work_mem=$(reboot)'], /does not fit/],
  ])('refuses %j', (words, why) => {
    expect(() => command.parse(words)).toThrow(why);
  });

  it('is for those who administer where a key is', () => {
    expect(configSet.asks({ cluster: CLUSTER, set: { work_mem: '64MB' } })).toBe('ask');
    expect(configSet.asks({ cluster: CLUSTER, set: { work_mem: '64MB', ttl: 30 } })).toBe('administer');
    expect(() => configSet.asks({ cluster: CLUSTER, set: { archive_command: 'x' } })).toThrow(/this does not fit/);
  });
});
