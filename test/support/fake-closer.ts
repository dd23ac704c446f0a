import type { HostCommand } from '../../src/acts/hands.ts';
import type { MemberHands } from '../../src/acts/member-hands.ts';
import type { Debt } from '../../src/core/debt.ts';
import { copyOf } from './copy-of.ts';
import { refusal } from '../../src/core/errors.ts';
import { DRAINED, type DrainTags, drainTagsOf } from '../../src/core/drain-tags.ts';
import type { HostLog } from '../../src/core/host-log.ts';
import type { Backend, Clients, Sessions } from '../../src/core/sessions.ts';
import type { SlotDetail } from '../../src/core/slot-detail.ts';
import type { View } from '../../src/core/view.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { CLUSTER, type Loose, MIB, NOW, read } from './healthy-cluster.ts';

/** What a closer look shows of the fake cluster; a test changes it in place. */
export interface Closer {
  readonly backends: Loose<Backend>[];
  readonly slots: Record<string, Loose<SlotDetail>[]>;
  readonly clients: Record<string, Loose<Clients>>;
  sessions: Loose<Sessions>;
  log: Loose<HostLog>;
  debts: Debt[];
  /** What the tags in each member's file were before a drain; Patroni reads the file at a reload. */
  readonly undrained: Map<string, DrainTags>;
  /** The name of the drain. */
  readonly drainedBy: Map<string, string>;
  readonly file: Map<string, DrainTags>;
}

export const STARTED_US = NOW * 1000;

/** On pg1 a session that idles in its transaction, the slots of the replicas and one that nobody uses; readers on pg2. */
export function closerOf(): Closer {
  return {
    backends: [backend()],
    slots: { pg1: [slot('pg2', true), slot('pg3', true), slot('leftover', false)], pg2: [], pg3: [] },
    clients: { pg1: clients(5), pg2: clients(3), pg3: clients(0) },
    sessions: sessions(),
    log: { from: 'the journal of patroni', lines: [] },
    debts: [],
    undrained: new Map(),
    drainedBy: new Map(),
    file: new Map(),
  };
}

export function backend(): Loose<Backend> {
  return {
    ...{ pid: 4242, kind: 'client backend', user: 'app', application: 'reports', database: 'shop', client: '10.0.0.50' },
    ...{ state: 'idle in transaction', transactionMs: 720_000, stateMs: 700_000, query: "UPDATE t SET a = 'x'" },
    ...{ startedUs: STARTED_US, queryStartedUs: STARTED_US + 5, isSuperuser: false, isOurs: false, blocks: 2 },
  };
}

export function slot(name: string, active: boolean, more: Partial<SlotDetail> = {}): Loose<SlotDetail> {
  const user = { pid: 77, user: 'replicator', application: name, client: '10.0.0.2' };
  return {
    ...{ name, kind: 'physical', temporary: false, active, restartLsn: '0/3000060', walStatus: 'reserved' },
    ...{ retainedBytes: MIB, synced: false, failover: false },
    ...(active ? { user } : {}),
    ...more,
  };
}

function clients(connected: number): Loose<Clients> {
  const groups = connected > 0 ? [{ user: 'app', application: 'web', client: '10.0.0.50', sessions: connected, active: 1 }] : [];
  return { connected, active: connected > 0 ? 1 : 0, groups };
}

export function sessions(): Loose<Sessions> {
  return {
    inRecovery: false,
    counts: { clients: 12, active: 2, idleInTransaction: 1, max: 100 },
    shown: [],
    prepared: [],
    preparedCount: 0,
    wraparoundVacuums: [],
    oldestXid: { database: 'shop', age: 1_000_000 },
    freezeMaxAge: 200_000_000,
    backups: [],
  };
}

/** The reads of a closer look. */
export function closerView(of: () => FakeCluster): Pick<View, 'sessions' | 'backend' | 'clients' | 'slots' | 'memberLog'> {
  return {
    sessions: async () => copyOf(read(of().closer.sessions)),
    backend: async (_cluster, member, pid) =>
      copyOf(read(member === 'pg1' ? of().closer.backends.find((one) => one.pid === pid) : undefined)),
    clients: async (_cluster, member) => copyOf(read(of().closer.clients[member] ?? clients(0))),
    slots: async (_cluster, member) => copyOf(read(of().closer.slots[member] ?? [])),
    memberLog: async () => copyOf(read(of().closer.log)),
  };
}

/** What the commands of the closed list do to the fake; `undefined` for one that is not of a closer look. */
export function closerRun(fake: FakeCluster, member: string, command: HostCommand): { stdout: string } | undefined {
  switch (command.name) {
    case 'terminate backend':
    case 'cancel backend':
      return { stdout: ended(fake, command) ? 't\n' : '' };
    case 'drop slot':
      return { stdout: dropped(fake, member, command) ? 't\n' : '' };
    case 'drain tags':
    case 'undrain tags':
      edited(fake, member, command);
      return { stdout: '' };
    default:
      return undefined;
  }
}

function ended({ closer }: FakeCluster, id: Extract<HostCommand, { pid: number }>): boolean {
  const at = closer.backends.findIndex(({ pid, startedUs }) => pid === id.pid && startedUs === id.startedUs);
  const found = closer.backends[at];
  if (!found) return false;
  if ('queryStartedUs' in id) {
    if (found.state !== 'active' || found.queryStartedUs !== id.queryStartedUs) return false;
    found.state = 'idle';
  } else closer.backends.splice(at, 1);
  return true;
}

function dropped({ closer }: FakeCluster, member: string, of: Extract<HostCommand, { restartLsn: string }>): boolean {
  const slots = closer.slots[member] ?? [];
  const at = slots.findIndex(({ name, active, restartLsn }) => name === of.slot && !active && restartLsn === of.restartLsn);
  if (at >= 0) slots.splice(at, 1);
  return at >= 0;
}

type TagsCommand = Extract<HostCommand, { drain: string }>;

function edited({ closer, shown }: FakeCluster, member: string, { name: command, drain: by }: TagsCommand): void {
  const drain = command === 'drain tags';
  const owner = closer.drainedBy.get(member);
  if (!drain && owner !== undefined && owner !== by) throw refusal('drained by another run', 'Look there.');
  if (drain) closer.drainedBy.set(member, by);
  else closer.drainedBy.delete(member);
  const patroni = shown.snapshot.members.find(({ name }) => name === member)?.patroni;
  const before = closer.undrained.get(member) ?? drainTagsOf(patroni?.ok ? patroni.value.tags : {});
  closer.file.set(member, drain ? DRAINED : before);
  if (drain) closer.undrained.set(member, before);
  else closer.undrained.delete(member);
}

/** Patroni reads the file of the member, HAProxy asks it, and the readers go. */
export function closerReload(fake: FakeCluster, member: string): Awaited<ReturnType<MemberHands['reload']>> {
  const tags = fake.closer.file.get(member);
  const found = fake.shown.snapshot.members.find(({ name }) => name === member);
  if (tags && found?.patroni.ok) {
    found.patroni.value.tags = { ...found.patroni.value.tags, ...tags };
    const servers = fake.shown.snapshot.proxies.flatMap(({ stats }) => (stats.ok ? stats.value.replicas : []));
    const isOut = tags.noloadbalance || found.patroni.value.role === 'primary';
    for (const server of servers.filter((one) => one.member === member)) server.status = isOut ? 'DOWN' : 'UP';
    if (tags.noloadbalance) fake.closer.clients[member] = clients(0);
  }
  return { meaning: 'done', text: 'reload scheduled' };
}

/** A fake cluster with pg2 drained, as its run left it. */
export function drained(fake: FakeCluster, member = 'pg2'): void {
  closerRun(fake, member, { name: 'drain tags', drain: 'r1234567.tags' });
  closerReload(fake, member);
  const tags = { nofailover: false, noloadbalance: false, nosync: false };
  fake.closer.debts.push({
    ...{ id: `drain ${CLUSTER} ${member}`, says: `${member} is drained`, cluster: CLUSTER, run: 'r1234567', step: 'tags' },
    ...{ sinceMs: NOW - 600_000, owner: 'UOLGA' },
    release: { act: 'undrain', args: { cluster: CLUSTER, member, drain: 'r1234567.tags' } },
    gone: { state: 'tags-are', args: { cluster: CLUSTER, member, tags } },
  });
}
