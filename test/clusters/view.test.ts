import { noIncidentRecords } from '../support/no-incidents.ts';
import { describe, expect, it } from 'vitest';
import type { ClusterParts } from '../../src/clusters/parts.ts';
import type { KeptRecords } from '../../src/clusters/record-reads.ts';
import { createViews } from '../../src/clusters/view.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Run } from '../../src/core/run.ts';
import { partsOf, read } from './parts-of.ts';

/** Waits 50 times shorter, so that 2.5 s pass in 50 ms. */
const fastClock: Clock = { ...systemClock, sleep: (millis, signal) => systemClock.sleep(millis / 50, signal) };
const never = () => new Promise<never>(() => undefined);
/** What none of these tests asks hosts for. */
const silentHosts = {
  ...{ dataDirectory: never, kept: never, unit: never, claim: never, bareHost: never },
  ...{ etcdAccess: never, replicationRules: never, replicationLogin: never },
};
const reject = async () => Promise.reject(new Error('it broke'));

const run = (id: string, cluster: string, createdAtMs: number): Run => ({ id, cluster, createdAtMs }) as Run;
const RUNS = [run('ra11111', 'billing', 3), run('rb22222', 'secret', 2), run('rc33333', 'shop', 1)];
const debtOf = (cluster: string) => ({
  ...{ id: `pause ${cluster}`, says: 'it is paused', cluster, run: 'ra11111', step: 'pause', sinceMs: 1 },
  ...{ release: { act: 'resume', args: {} }, gone: { state: 'notPaused', args: {} } },
});
const records: KeptRecords = {
  ...noIncidentRecords,
  unreadableRuns: async () => [],
  runs: async ({ cluster, limit }) => RUNS.filter((one) => cluster === undefined || one.cluster === cluster).slice(0, limit),
  run: async (id) => {
    const found = RUNS.find((one) => one.id === id);
    return found ? { run: found, journal: {} } : undefined;
  },
  lastLeaderChange: async () => undefined,
  leaderChanges: async () => [],
  openIncidents: async () => [],
  debts: async () => [debtOf('billing'), debtOf('secret')],
  maintenance: async () => undefined,
  openReviews: async () => RUNS,
};

const viewOf = (clusters: readonly ClusterParts[], visible = clusters.map(({ info }) => info.name)) =>
  createViews({ clusters, records, lag: { history: () => [] }, clock: fastClock }).viewFor(visible);

describe('the snapshot of a cluster', () => {
  it('comes whole and in time while Patroni, etcd, HAProxy and a host never answer', async () => {
    const parts = partsOf('billing', {
      patroni: { member: never, dynamicConfig: never },
      etcd: { dcs: never, config: never, endpoints: never, lease: never, names: ['http://e1:2379', 'http://e2:2379'] },
      proxies: { names: ['lb1'], read: never },
      hosts: {
        ...{ disk: never, server: never, lookFrom: never, addresses: never },
        ...silentHosts,
      },
      vip: { address: '10.0.0.100', hosts: ['lb1'] },
    });
    const began = Date.now();
    const snapshot = await viewOf([parts]).snapshot('billing');
    expect(Date.now() - began).toBeLessThan(1000);
    expect(snapshot.members.map(({ sql }) => sql.ok)).toEqual([true, true]);
    expect(snapshot.members[0]).toMatchObject({ name: 'pg1', site: 'a', patroni: { ok: false, why: 'no answer within 2.5 s' } });
    expect(snapshot.dcs).toMatchObject({ ok: false, why: 'no answer within 2.5 s' });
    expect(snapshot.etcd.map(({ endpoint, health }) => [endpoint, health.ok])).toEqual([
      ['http://e1:2379', false],
      ['http://e2:2379', false],
    ]);
    expect(snapshot.proxies).toMatchObject([{ name: 'lb1', stats: { ok: false } }]);
    expect(snapshot.vip).toMatchObject({ address: '10.0.0.100', holders: { ok: false, why: 'lb1: no answer within 2.5 s' } });
  });

  it('leaves out nothing of what is asked over ssh: what is not configured or never answers is not read', async () => {
    const silent = partsOf('billing', {
      hosts: {
        ...{ disk: never, server: never, lookFrom: never, addresses: never, reach: never },
        ...silentHosts,
      },
      lingering: [{ proxy: 'lb1', read: never }],
    });
    const late = { ok: false, why: 'no answer within 2.5 s' };
    expect(await viewOf([silent]).reach('billing', 'pg1', 'pg2')).toMatchObject({ ...late, source: 'curl on pg1' });
    expect(await viewOf([silent]).lingering('billing')).toMatchObject([{ proxy: 'lb1', servers: late }]);
    const without = viewOf([partsOf('billing')]);
    expect(await without.reach('billing', 'pg1', 'pg2')).toMatchObject({ ok: false, why: 'no ssh is configured' });
    expect(await without.lingering('billing')).toEqual([]);
  });

  it('does not reject for a part that rejects or throws at once', async () => {
    const parts = partsOf('billing', {
      sql: { ...partsOf('billing').sql, member: reject, activity: reject, upstream: reject },
      patroni: {
        member: () => {
          throw new Error('it broke');
        },
        dynamicConfig: reject,
      },
      etcd: { dcs: reject, config: reject, endpoints: reject, lease: reject, names: ['e1'] },
      proxies: { names: ['lb1'], read: reject },
    });
    const snapshot = await viewOf([parts]).snapshot('billing');
    expect(snapshot.members.map(({ sql, patroni }) => [sql, patroni].map((reading) => (reading.ok ? '' : reading.why)))).toEqual([
      ['it broke', 'it broke'],
      ['it broke', 'it broke'],
    ]);
    expect(snapshot.dcs).toMatchObject({ ok: false, why: 'it broke' });
  });

  it('says of a plain streaming cluster that it has no Patroni and no DCS', async () => {
    const snapshot = await viewOf([partsOf('plain')]).snapshot('plain');
    expect(snapshot.dcs).toMatchObject({ ok: false, why: 'this cluster has no DCS' });
    expect(snapshot.members[0]?.patroni).toMatchObject({ ok: false, why: 'this cluster has no Patroni' });
    expect(snapshot.etcd).toEqual([]);
    expect(snapshot.vip).toBeUndefined();
  });

  it('asks anew for every question', async () => {
    let asked = 0;
    const parts = partsOf('billing');
    const member = (name: string) => {
      asked += 1;
      return parts.sql.member(name);
    };
    const counted = { ...parts, sql: { ...parts.sql, member } };
    const view = viewOf([counted]);
    await view.snapshot('billing');
    await view.snapshot('billing');
    await view.sql('billing', 'pg1');
    expect(asked).toBe(5);
  });
});

describe('who holds the virtual address', () => {
  const holders = async (addresses: Readonly<Record<string, readonly string[] | undefined>>) => {
    const hosts = {
      disk: never,
      server: never,
      lookFrom: never,
      ...silentHosts,
      addresses: async (host: string) => {
        const found = addresses[host];
        return found ? read(found) : ({ ok: false, why: 'connection refused', source: 'ssh', atMs: 0 } as const);
      },
    };
    const parts = partsOf('billing', { hosts, vip: { address: '10.0.0.100', hosts: Object.keys(addresses) } });
    return (await viewOf([parts]).snapshot('billing')).vip?.holders;
  };
  it('is asked of every proxy host, so two holders are seen', async () => {
    expect(await holders({ lb1: ['10.0.0.100'], lb2: ['10.0.0.22', '10.0.0.100'] })).toMatchObject({ value: ['lb1', 'lb2'] });
  });
  it('is known, with a note, when one holds it and the other is silent', async () => {
    expect(await holders({ lb1: ['10.0.0.100'], lb2: undefined })).toMatchObject({
      value: ['lb1'],
      source: 'ip addr on lb1 (no answer from lb2: connection refused)',
    });
  });
  it('is unknown when nobody who answered holds it and one was silent', async () => {
    expect(await holders({ lb1: [], lb2: undefined })).toMatchObject({ ok: false, why: 'lb2: connection refused' });
  });
  it('is nobody when all answered and none holds it', async () => {
    expect(await holders({ lb1: [], lb2: [] })).toMatchObject({ ok: true, value: [] });
  });
});

describe('somebody who may see one cluster', () => {
  const clusters = ['billing', 'secret', 'shop'].map((name) => partsOf(name));
  const view = viewOf(clusters, ['billing', 'shop']);

  it('sees no other one, not even by its name in a hint', async () => {
    expect(view.clusters().map(({ name }) => name)).toEqual(['billing', 'shop']);
    expect(() => view.cluster('secret')).toThrow('there is no cluster secret');
    await expect(view.snapshot('secret')).rejects.toMatchObject({ kind: 'refusal', hint: expect.not.stringContaining('secret') });
    expect(() => view.cluster('biling')).toThrow(
      expect.objectContaining({ hint: 'Did you mean billing? You can see: billing, shop.' }),
    );
  });
  it('sees no run of another one', async () => {
    expect((await view.runs({ limit: 10 })).map(({ id }) => id)).toEqual(['ra11111', 'rc33333']);
    await expect(view.runs({ cluster: 'secret', limit: 10 })).rejects.toThrow('there is no cluster secret');
    await expect(view.run('rb22222')).rejects.toThrow('there is no run rb22222');
    expect((await view.run('ra11111')).run.cluster).toBe('billing');
  });
  it('sees no run of a cluster that is no longer in the configuration, even who sees all that are', async () => {
    const all = viewOf(['billing', 'shop'].map((name) => partsOf(name)));
    expect((await all.runs({ limit: 10 })).map(({ id }) => id)).toEqual(['ra11111', 'rc33333']);
    await expect(all.run('rb22222')).rejects.toThrow('there is no run rb22222');
  });
  it('sees nothing that was left behind on another one', async () => {
    expect((await view.debts()).map(({ cluster }) => cluster)).toEqual(['billing']);
    await expect(view.debts('secret')).rejects.toThrow('there is no cluster secret');
  });
  it('is told the members when one is misspelt', async () => {
    await expect(view.member('billing', 'pg9')).rejects.toMatchObject({
      message: 'billing has no member pg9',
      hint: 'Its members are pg1, pg2.',
    });
  });
});

describe('the configuration of a cluster', () => {
  const held = { ok: true as const, value: { ttl: 30 }, source: 'etcd', atMs: 1 };
  const cached = { ok: true as const, value: { ttl: 20 }, source: 'GET /config', atMs: 1 };
  const patroni = { member: never, dynamicConfig: async () => cached };
  const etcdThat = (config: () => Promise<typeof held>) => ({
    ...{ dcs: never, endpoints: never, lease: never, config, names: [] },
  });
  const configOf = (config: () => Promise<typeof held>) =>
    viewOf([partsOf('billing', { patroni, etcd: etcdThat(config) })]).config('billing');

  it('is what the DCS holds now, and only without it what a member has in its cache; what can not be read says so', async () => {
    expect(await configOf(async () => held)).toMatchObject({
      dynamic: { value: { ttl: 30 } },
      members: [{ name: 'pg1', settings: { ok: false } }, { name: 'pg2' }],
    });
    expect(await configOf(never)).toMatchObject({ dynamic: { value: { ttl: 20 }, source: 'GET /config' } });
    const none = await viewOf([partsOf('billing')]).config('billing');
    expect(none.dynamic).toMatchObject({ ok: false, why: 'billing is not run by Patroni' });
  });
});

describe('what the store knows', () => {
  it('is not waited for when the store took the question and never answers', async () => {
    const silent: KeptRecords = {
      ...{ runs: never, unreadableRuns: never, run: never, lastLeaderChange: never, openIncidents: never, debts: never },
      ...{ maintenance: never, openReviews: never, leaderChanges: never },
      ...{ openIncidentsOfAll: never, recentIncidents: never, incident: never, silences: never },
    };
    const view = createViews({
      clusters: [partsOf('billing')],
      records: silent,
      lag: { history: () => [] },
      clock: fastClock,
    }).viewFor(['billing']);
    const asked = [
      view.runs({ cluster: 'billing', limit: 5 }),
      view.run('ra11111'),
      view.lastLeaderChange('billing'),
      view.openIncidents('billing'),
      view.debts('billing'),
    ];
    for (const one of asked) await expect(one).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
