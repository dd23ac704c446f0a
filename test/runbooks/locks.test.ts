import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Lock, Runbook } from '../../src/core/runbook.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { clusterFor, typedFor } from './typed-for.ts';

/** As if all were of one cluster: those without Patroni are faked under other names. */
async function locksOf(name: string, typed: object = {}): Promise<readonly Lock[]> {
  const { default: book } = (await import(`../../runbooks/${name}.ts`)) as { default: Runbook };
  const { locks, cluster } = await book.propose({ ...typedFor(name), ...typed }, clusterFor(name).view);
  return locks.map(({ resource, shared }) => ({ resource: resource.replace(`:${cluster}`, ':one'), shared }));
}

const excludes = (one: readonly Lock[], other: readonly Lock[]): boolean =>
  one.some((a) => other.some((b) => a.resource === b.resource && !(a.shared && b.shared)));

const COPIES = ['bootstrap', 'patroni-bootstrap', 'rebuild', 'streaming-rebuild'] as const;
/** All copy to pg3. */
const copies: readonly (readonly [string, readonly Lock[]])[] = [
  ...(await Promise.all(COPIES.map(async (name) => [name, await locksOf(name)] as const))),
  ['reinit', await locksOf('reinit', { member: 'pg3', discard: 'pg3' })],
];
const LEADER_CHANGES = ['switchover', 'failover', 'release', 'streaming-switchover', 'streaming-failover'] as const;
const restartOfAll = { member: undefined, pending: true };

async function restartLocks(typed: object): Promise<readonly Lock[]> {
  const { default: book } = await import('../../runbooks/restart.ts');
  const fake = fakeCluster();
  for (const { patroni } of fake.shown.snapshot.members) if (patroni.ok) patroni.value.pendingRestart = true;
  const { locks } = await book.propose({ cluster: CLUSTER, ...typed }, fake.view);
  return locks.map(({ resource, shared }) => ({ resource: resource.replace(CLUSTER, 'one'), shared }));
}

describe.each(copies)('a copy of hours to pg3 by %s', (_name, copy) => {
  it.each([
    ['pause', {}],
    ['resume', {}],
    ['config-set', {}],
    ['unschedule', {}],
    ['reload', {}],
    ['terminate', {}],
    ['drain', {}],
  ])('holds up no %s', async (name, typed) => {
    expect(excludes(copy, await locksOf(name, typed))).toBe(false);
  });

  it('holds up no restart of another replica, but one of pg3, of the leader or of all', async () => {
    expect(excludes(copy, await restartLocks({ member: 'pg2' }))).toBe(false);
    for (const typed of [{ member: 'pg3' }, { member: 'pg1' }, restartOfAll])
      expect(excludes(copy, await restartLocks(typed))).toBe(true);
  });

  it.each(LEADER_CHANGES)('and a %s do not go on at once', async (name) => {
    expect(excludes(copy, await locksOf(name))).toBe(true);
  });

  it('is the only one of its cluster', () => {
    for (const [, other] of copies) expect(excludes(copy, other)).toBe(true);
  });

  it.each([{ max_slot_wal_keep_size: '1GB' }, { wal_keep_size: '64MB' }, { wal_sender_timeout: '10s' }])(
    'keeps its WAL and its connection: %j waits for it',
    async (set) => {
      expect(excludes(copy, await locksOf('config-set', { set }))).toBe(true);
    },
  );
});

it('lets nothing else go on while who leads is changed', async () => {
  const folder = await readdir(new URL('../../runbooks/', import.meta.url));
  const names = folder.map((file) => file.replace('.ts', '')).filter((name) => name !== 'kept-clean');
  const all = await Promise.all(names.map(async (name) => [name, await locksOf(name)] as const));
  for (const change of LEADER_CHANGES) {
    const own = await locksOf(change);
    expect(all.filter(([, other]) => !excludes(own, other)).map(([name]) => name)).toEqual([]);
  }
});

it('lets one at a time change what all members share, or take a replica away', async () => {
  const [pause, resume, set, restart, drain] = [
    await locksOf('pause'),
    await locksOf('resume'),
    await locksOf('config-set'),
    await restartLocks({ member: 'pg2' }),
    await locksOf('drain', { member: 'pg3' }),
  ];
  for (const [one, other] of [
    [pause, resume],
    [pause, set],
    [set, set],
    [restart, set],
    [restart, pause],
    [restart, drain],
    [restart, await restartLocks({ member: 'pg3' })],
  ] as const)
    expect(excludes(one, other)).toBe(true);
});
