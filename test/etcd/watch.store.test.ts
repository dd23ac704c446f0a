import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Etcd3 } from 'etcd3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createEtcd, type Etcd } from '../../src/etcd/client.ts';
import type { WatchBatch } from '../../src/etcd/delivered.ts';
import { watchPrefix } from '../../src/etcd/watch.ts';
import type { Resync } from '../../src/etcd/watch-options.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

let servers: EtcdServers;
let writer: Etcd3;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  servers = await startEtcd(3);
  writer = new Etcd3({ hosts: [...servers.endpoints] });
});
afterAll(async () => {
  writer.close();
  await servers.stop();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function open(endpoints: readonly string[]): Etcd {
  const etcd = createEtcd({ endpoints, clock: systemClock });
  closers.push(() => etcd.close());
  return etcd;
}

interface Following {
  readonly batches: WatchBatch[];
  readonly resyncs: Resync[];
  readonly endpoints: string[];
  lost: number;
  /** Resyncs that have read the scope anew. */
  reread: number;
  /** Reads that showed nothing undelivered. */
  heard: number;
  values(): readonly string[];
}

async function follow(
  prefix: string,
  endpoints: readonly string[],
  from: Partial<{ next: number }> = {},
  speed: { auditEveryMs?: number; pingEveryMs?: number } = {},
): Promise<Following> {
  const etcd = open(endpoints);
  const read = await etcd.readScope(prefix);
  const following: Following = {
    batches: [],
    resyncs: [],
    endpoints: [],
    lost: 0,
    reread: 0,
    heard: 0,
    values: () => following.batches.flatMap(({ events }) => events.map(({ value }) => value)),
  };
  const stop = watchPrefix({
    etcd,
    prefix,
    from: { next: from.next ?? read.revision + 1, clusterId: read.clusterId, read },
    deliver: (batch) => following.batches.push(batch),
    resync: async (cause) => {
      following.resyncs.push(cause);
      const again = await etcd.readScope(prefix);
      following.reread += 1;
      return again;
    },
    state: ({ endpoint, connected }) => {
      if (connected) following.endpoints.push(endpoint);
      else following.lost += 1;
    },
    heard: () => {
      following.heard += 1;
    },
    log: quietLog,
    ...speed,
  });
  closers.push(stop);
  if (from.next === undefined) await until(() => following.endpoints.length > 0, 10_000);
  return following;
}

/** A TCP relay whose connections can be cut. */
async function relay(to: string): Promise<{ endpoint: string; cut(): void }> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  closers.push(() => {
    server.close();
    cut();
  });
  const address = server.address();
  return { endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, cut };
}

describe('watchPrefix', () => {
  it('loses nothing and repeats nothing while its connections are cut under 2,000 writes', async () => {
    const relays = await Promise.all(servers.endpoints.map(relay));
    const seen = await follow(
      '/cuts/',
      relays.map(({ endpoint }) => endpoint),
    );
    const wanted = Array.from({ length: 2000 }, (_, i) => String(i));
    const cutter = setInterval(() => {
      for (const each of relays) each.cut();
    }, 120);
    for (let i = 0; i < wanted.length; i += 50) {
      await Promise.all(wanted.slice(i, i + 50).map((value) => writer.put(`/cuts/key${Number(value) % 7}`).value(value)));
    }
    clearInterval(cutter);
    await until(() => seen.values().length >= 2000, 10_000);
    expect([...seen.values()].sort()).toEqual([...wanted].sort());
    expect(seen.lost).toBeGreaterThan(2);
    const revisions = seen.batches.map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
  });

  it('delivers a backlog from an old revision, then what follows, with the values before', async () => {
    const { header } = await writer.put('/back/a').value('1');
    await writer.put('/back/a').value('2');
    await writer.delete().key('/back/a');
    const seen = await follow('/back/', servers.endpoints, { next: Number(header.revision) });
    await until(() => seen.batches.length === 3);
    expect(seen.batches.map(({ events }) => events[0])).toMatchObject([
      { type: 'put', value: '1' },
      { type: 'put', value: '2', prevValue: '1' },
      { type: 'delete', value: '', prevValue: '2' },
    ]);
  });

  it('gives what one transaction deleted as one batch, for that tells a lease that ended', async () => {
    const lease = writer.lease(60);
    await lease.put('/lease/leader').value('pg1');
    await lease.put('/lease/members/pg1').value('{}');
    const seen = await follow('/lease/', servers.endpoints);
    await lease.revoke();
    await until(() => seen.batches.length > 0);
    expect(seen.batches).toHaveLength(1);
    expect(seen.batches[0]?.events.map(({ type, key }) => `${type} ${key}`).sort()).toEqual([
      'delete /lease/leader',
      'delete /lease/members/pg1',
    ]);
  });

  it('is known to be complete while nothing happens, by reads, so that silence is told from deafness', async () => {
    const seen = await follow('/quiet/', servers.endpoints, {}, { auditEveryMs: 100 });
    await until(() => seen.heard >= 2);
    expect(seen.batches).toEqual([]);
  });

  it('leaves a frozen member and goes on elsewhere without loss', async () => {
    const seen = await follow('/frozen/', servers.endpoints, {}, { auditEveryMs: 700, pingEveryMs: 10_000 });
    const frozen = servers.members.find(({ endpoint }) => endpoint === seen.endpoints[0]);
    if (!frozen) throw new Error('a member was expected');
    process.kill(frozen.pid, 'SIGSTOP');
    try {
      await until(() => isStopped(frozen.pid));
      const others = new Etcd3({ hosts: servers.endpoints.filter((endpoint) => endpoint !== frozen?.endpoint) });
      closers.push(() => others.close());
      for (const value of ['1', '2', '3']) await retried(() => others.put('/frozen/k').value(value).exec());
      await until(() => seen.values().length >= 3, 12_000);
      expect(seen.values()).toEqual(['1', '2', '3']);
      expect(seen.endpoints.at(-1)).not.toBe(frozen?.endpoint);
      const etcd = open(servers.endpoints);
      const before = Date.now();
      await etcd.readScope('/frozen/');
      expect(Date.now() - before).toBeLessThan(1000);
      const health = await etcd.endpointHealth();
      expect(health.filter(({ health: { ok } }) => !ok).map(({ endpoint }) => endpoint)).toEqual([frozen?.endpoint]);
    } finally {
      process.kill(frozen.pid, 'SIGCONT');
    }
  });

  it('says that history was compacted away and goes on from the new read', async () => {
    const { header } = await writer.put('/compact/a').value('1');
    await writer.put('/compact/a').value('2');
    const { header: head } = await writer.put('/compact/a').value('3');
    await servers.compact(head.revision);
    const seen = await follow('/compact/', servers.endpoints, { next: Number(header.revision) });
    await until(() => seen.resyncs.length > 0);
    expect(seen.resyncs).toEqual([{ why: 'compacted', compactRevision: Number(head.revision) }]);
    // Written earlier, it would be in what is read anew and not in the watch.
    await until(() => seen.reread > 0);
    await writer.put('/compact/a').value('4');
    await until(() => seen.values().includes('4'));
    expect(seen.values()).toEqual(['4']);
  });

  it('survives the loss of the quorum and tells what happened at its return', async () => {
    const seen = await follow('/quorum/', servers.endpoints);
    const alive = servers.members.find(({ endpoint }) => endpoint === seen.endpoints[0]);
    const killed = servers.members.filter((member) => member !== alive);
    for (const member of killed) member.kill('SIGKILL');
    await until(() => seen.lost > 0, 10_000);
    const etcd = open(servers.endpoints);
    await expect(etcd.readScope('/quorum/')).rejects.toThrow(/no etcd endpoint answered/);
    await Promise.all(killed.map((member) => member.start()));
    await retried(() => writer.put('/quorum/k').value('back').exec());
    await until(() => seen.values().length > 0, 10_000);
    expect(seen.values()).toEqual(['back']);
  });
});

/** Each thread stops when it is next on a processor, which under load is after some writes (proc(5), state T). */
function isStopped(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).every((task) => / T /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8').replace(/.*\)/, '')));
}

/** An election may be under way. */
async function retried(act: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
