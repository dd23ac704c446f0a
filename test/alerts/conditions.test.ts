import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/core/cluster.ts';
import { healthyCluster } from '../support/healthy-cluster.ts';
import { diskOf, keysIn, lookAt } from '../support/patrol-sight.ts';
import { dead, leftBehind, withConfig, withDcs, withMember, withRest, withRow, withSql } from '../support/snapshot-changes.ts';
import { GIB, healthy, healthyStreaming, LSN, MIB, NOW, notRead, read, server } from '../support/snapshots.ts';

const base = healthy();
const pg = (name: string, change: Parameters<typeof withMember>[2]) => withMember(base, name, change);
const state = (name: string, now: string) => pg(name, (one) => withRest(one, { state: now }));
const lb1 = (...up: string[]): Snapshot => ({
  ...base,
  proxies: [
    { name: 'lb1', stats: read({ primary: ['pg1', 'pg2'].map((n) => server(n, up.includes(n) ? 'UP' : 'DOWN')), replicas: [] }) },
  ],
});
const slot = (change: object) =>
  pg('pg2', (one) =>
    withSql(one, {
      slots: [{ name: 'pg3', kind: 'physical', active: true, walStatus: 'reserved', retainedBytes: 0, ...change }],
    }),
  );
const lostEtcd = (ageS: number): Snapshot => ({
  ...base,
  dcs: notRead('no etcd endpoint answered'),
  members: base.members.map((one) => withRest(one, { dcsLastSeenS: NOW / 1000 - ageS })),
});
const forked = withMember(leftBehind(base, 'pg3', 6), 'pg3', (one) =>
  withSql(one, { receiveLsn: 0x4000148, replayLsn: 0x4000148 }),
);
const behind = withMember(leftBehind(base, 'pg3', 6), 'pg3', (one) =>
  withSql(one, { receiveLsn: 0x3f00000, replayLsn: 0x3f00000 }),
);
/** The leader has no row for the standby. */
const unrowed = (snapshot: Snapshot) =>
  withMember(snapshot, 'pg2', (one) =>
    withSql(one, { standbys: one.sql.ok ? one.sql.value.standbys.filter(({ name }) => name !== 'pg3') : [] }),
  );

const CASES: readonly (readonly [what: string, snapshot: Snapshot, keys: readonly string[], says: RegExp])[] = [
  ['a dead standby', pg('pg3', dead), ['member-gone pg3'], /^pg3 does not answer/],
  ['two primaries', pg('pg1', (one) => withSql(one, { inRecovery: false })), ['two-primaries'], /^2 primaries at once/],
  [
    'nobody leads',
    withDcs(
      pg('pg2', (one) => withRest(withSql(one, { inRecovery: true }), { role: 'replica' })),
      { leader: undefined as never },
    ),
    ['no-leader'],
    /^no leader/,
  ],
  ['another database', pg('pg3', (one) => withSql(one, { systemId: '1' })), ['other-database pg3'], /^pg3 is another database/],
  ['a standby that does not stream', unrowed(base), ['replication-stopped pg3'], /^pg3 is not streaming/],
  ['paused replay', pg('pg3', (one) => withSql(one, { replayPaused: true })), ['replication-stopped pg3'], /replay is paused/],
  [
    'lag in bytes',
    withRow(base, 'pg3', { replayLsn: LSN - 60 * MIB }),
    ['replication-lag pg3'],
    /^pg3 replays 60 MiB and 0 ms behind/,
  ],
  ['lag in seconds', withRow(base, 'pg3', { replayLsn: LSN - 1, replayLagMs: 31_000 }), ['replication-lag pg3'], /31 s behind/],
  [
    'a fork',
    unrowed(forked),
    ['member-diverged pg3', 'replication-stopped pg3'],
    /^pg3 has diverged: it has WAL of timeline 6 up to 0\/4000148/,
  ],
  ['a timeline left behind', unrowed(behind), ['member-stuck pg3', 'replication-stopped pg3'], /timeline 6.*does not follow/],
  ['a server that does not start', state('pg3', 'start failed'), ['member-stuck pg3'], /does not come up/],
  ['a copy that is being made', state('pg3', 'creating replica'), ['member-stuck pg3'], /made anew/],
  ['an inactive slot', slot({ active: false }), ['slot-inactive pg3'], /is inactive/],
  ['a slot without much left', slot({ retainedBytes: GIB, safeWalBytes: MIB }), ['slot-nearly-lost pg3'], /is lost after/],
  ['a lost slot', slot({ walStatus: 'lost' }), ['slot-nearly-lost pg3'], /is lost/],
  [
    'a failing archiver',
    pg('pg2', (one) =>
      withSql(one, { archiver: { mode: 'on', archivedCount: 1, failedCount: 1, lastArchivedAtMs: 1, lastFailedAtMs: 2 } }),
    ),
    ['archiver-failing pg2'],
    /archiving on pg2 fails/,
  ],
  ['a disk with little room', pg('pg3', (one) => ({ ...one, disk: read(diskOf(9)) })), ['disk-low pg3'], /9.0 %/],
  [
    'a disk that is nearly full',
    pg('pg2', (one) => ({ ...one, disk: read(diskOf(0.5)) })),
    ['disk-low pg2', 'disk-low pg2 critical'],
    /0.5 %/,
  ],
  ['a pause', withConfig(base, { paused: true }), ['paused-too-long'], /Patroni is paused/],
  [
    'a pending restart',
    pg('pg3', (one) => withRest(one, { pendingRestart: true })),
    ['pending-restart pg3'],
    /waits for a restart/,
  ],
  ['a failed watchdog', pg('pg3', (one) => withRest(one, { watchdogFailed: true })), ['watchdog-failed pg3'], /watchdog/],
  ['no synchronous standby', withConfig(base, { synchronousMode: 'on' }), ['sync-standby-missing'], /no standby is sync/],
  [
    'a key whose holder is no primary',
    pg('pg2', (one) => withRest(withSql(one, { inRecovery: true }), { role: 'replica' })),
    ['key-without-primary pg2'],
    /^pg2 holds the leader key/,
  ],
  ['HAProxy without a primary', lb1(), ['proxy-no-primary lb1'], /no server UP/],
  ['HAProxy with two', lb1('pg1', 'pg2'), ['proxy-two-primaries lb1'], /pg1 and pg2/],
  ['HAProxy that knows another', lb1('pg1'), ['proxy-disagrees lb1'], /pg2 is the primary/],
  [
    'a silent HAProxy',
    { ...base, proxies: [{ name: 'lb1', stats: notRead('connection refused') }] },
    ['proxy-silent lb1'],
    /not read/,
  ],
  ['no holder of the VIP', { ...base, vip: { address: '10.0.0.100', holders: read([]) } }, ['vip-no-holder'], /no host holds/],
  [
    'two holders, as a killed keepalived leaves',
    { ...base, vip: { address: '10.0.0.100', holders: read(['lb1', 'lb2']) } },
    ['vip-two-holders'],
    /lb1 and lb2 hold/,
  ],
  ['etcd lost without failsafe mode', lostEtcd(40), ['dcs-lost'], /without failsafe mode Patroni demotes/],
  ['etcd lost only from here', lostEtcd(3), ['dcs-lost'], /^Trunkline can not read the keys/],
];

describe('what the patrol makes of a look at a cluster', () => {
  it.each(CASES)('is, of %s, its own situation with a sentence', async (_what, snapshot, keys, says) => {
    const look = await lookAt(snapshot);
    expect(keysIn(look)).toEqual(keys);
    expect(look.observations.map((one) => one.says).join('\n')).toMatch(new RegExp(says.source, 'm'));
  });

  it.each([
    ['a Patroni cluster', base],
    ['another one', healthyCluster().snapshot as Snapshot],
    ['a plain pair', healthyStreaming()],
  ])('is nothing of %s that is healthy', async (_what, snapshot) => {
    expect((await lookAt(snapshot)).observations).toEqual([]);
  });

  it('is dcs-lost and failsafe-active where failsafe mode holds the primary, both of the etcd', async () => {
    const active = { ...lostEtcd(40), members: lostEtcd(40).members.map((one) => withRest(one, { failsafeActive: true })) };
    const look = await lookAt(active);
    expect(keysIn(look)).toEqual(['dcs-lost', 'failsafe-active']);
    for (const one of look.observations) expect(one.joins[0]).toBe('etcd:main');
    expect(look.observations.find(({ situation }) => situation === 'dcs-lost')?.says).toMatch(/failsafe mode keeps the primary/);
  });

  it('is one trouble of the whole cluster, and not nine, while nobody in it answers', async () => {
    const all = { ...base, dcs: notRead(), members: base.members.map(dead) };
    expect(keysIn(await lookAt(all))).toEqual(['dcs-lost', 'no-leader']);
  });

  it('folds by roots: a dead host provides itself, its slot and its replication join it, all may follow from a lost leader', async () => {
    const look = await lookAt(withMember(unrowed(slot({ active: false })), 'pg3', (one) => one));
    const gone = (await lookAt(pg('pg3', dead))).observations[0];
    expect(gone?.provides).toEqual(['host:10.0.0.13', 'member:billing/pg3']);
    for (const one of look.observations) expect(one.joins).toEqual(['host:10.0.0.13', 'member:billing/pg3', 'cluster:billing']);
    expect(look.observations.map(({ situation }) => situation)).toEqual(
      expect.arrayContaining(['slot-inactive', 'replication-stopped']),
    );
  });

  it('gives a copy hours, and a disk that is nearly full seconds', async () => {
    const [copy] = (await lookAt(state('pg3', 'creating replica'))).observations;
    expect(copy?.forMs).toBe(7_200_000);
    const full = (await lookAt(pg('pg2', (one) => ({ ...one, disk: read(diskOf(0.5)) })))).observations;
    expect(full.find(({ grade }) => grade === 'critical')).toMatchObject({
      severity: 'critical',
      forMs: 10_000,
      joins: expect.arrayContaining(['cluster:billing']),
    });
  });

  it('keeps a lag between the half of the limit and the limit, and begins none', async () => {
    const look = await lookAt(withRow(base, 'pg3', { replayLsn: LSN - 30 * MIB }));
    expect(look.observations).toMatchObject([{ situation: 'replication-lag', onlyKeeps: true }]);
    expect((await lookAt(withRow(base, 'pg3', { replayLsn: LSN - 20 * MIB }))).observations).toEqual([]);
  });

  it.each([
    ['the primary by SQL', withMember(base, 'pg2', (one) => ({ ...one, sql: notRead() })), 'replication-lag', undefined],
    ['a disk', withMember(base, 'pg1', (one) => ({ ...one, disk: notRead() })), 'disk-low', 'pg1'],
    ['HAProxy', { ...base, proxies: [{ name: 'lb1', stats: notRead() }] }, 'proxy-disagrees', 'lb1'],
    ['the VIP', { ...base, vip: { address: '10.0.0.100', holders: notRead() } }, 'vip-two-holders', undefined],
    ['etcd', { ...base, dcs: notRead() }, 'no-leader', undefined],
    ['a member', pg('pg3', dead), 'two-primaries', undefined],
  ])('is blind for what %s would have said', async (_what, snapshot: Snapshot, situation, about) => {
    const { blind } = await lookAt(snapshot);
    expect(blind).toContainEqual({ situation, ...(about ? { about } : {}) });
  });
});
