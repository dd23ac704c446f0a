import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createEtcd, type Etcd } from '../../src/etcd/client.ts';
import type { WatchBatch } from '../../src/etcd/delivered.ts';
import { watchPrefix } from '../../src/etcd/watch.ts';
import { letReaderIn } from '../support/etcd-reader.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

let servers: EtcdServers;
const opened: Etcd[] = [];
beforeAll(async () => {
  servers = await startEtcd(1);
});
afterAll(async () => {
  for (const etcd of opened) etcd.close();
  await servers.stop();
});
function open(endpoints: readonly string[], login: { username?: string; password?: string } = {}): Etcd {
  const etcd = createEtcd({ endpoints, clock: systemClock, ...login });
  opened.push(etcd);
  return etcd;
}
const nobody = 'http://127.0.0.1:1';

describe('createEtcd', () => {
  it('reads past a dead endpoint at once', async () => {
    servers.etcdctl('put', '/a/x', 'ü');
    const startedAt = Date.now();
    const read = await open([nobody, nobody, ...servers.endpoints]).readScope('/a/');
    expect(Date.now() - startedAt).toBeLessThan(1000);
    expect(read.entries).toMatchObject([{ key: '/a/x', value: 'ü', lease: '0' }]);
    expect(read.clusterId).toMatch(/^\d+$/);
  });

  it('tells how long a lease still lives, and that one is over', async () => {
    const id = /lease (\w+) granted/.exec(servers.etcdctl('lease', 'grant', '60'))?.[1] ?? '';
    const etcd = open(servers.endpoints);
    servers.etcdctl('put', `--lease=${id}`, '/leased/leader', 'pg1');
    const [entry] = (await etcd.readScope('/leased/')).entries;
    const lease = entry?.lease ?? '';
    const left = await etcd.leaseLeftS(lease);
    expect(left).toBeGreaterThan(50);
    expect(left).toBeLessThanOrEqual(60);
    servers.etcdctl('lease', 'revoke', id);
    expect(await etcd.leaseLeftS(lease)).toBeUndefined();
  });

  it('names every endpoint when none answers, and what to check', async () => {
    await expect(open([nobody, 'http://127.0.0.1:2']).readScope('/a/')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/127\.0\.0\.1:1.*127\.0\.0\.1:2/s),
      hint: expect.stringContaining('majority'),
    });
  });

  it('says the health of each endpoint, the dead one with the reason', async () => {
    const [alive, dead] = await open([...servers.endpoints, nobody]).endpointHealth();
    expect(alive?.health).toMatchObject({ ok: true, value: { isLeader: true, hasLeader: true, alarms: [] } });
    expect(dead?.health).toMatchObject({ ok: false, why: 'connection refused' });
  });

  it('logs in where etcd asks for it, watches as a user who may only read, and says when the password is wrong', async () => {
    letReaderIn(servers);
    const etcd = open(servers.endpoints, { username: 'trunkline', password: 'readpw' });
    const read = await etcd.readScope('/service/');
    const batches: WatchBatch[] = [];
    const stop = watchPrefix({
      ...{ etcd, prefix: '/service/', from: { next: read.revision + 1, clusterId: read.clusterId, read }, log: quietLog },
      deliver: (batch) => batches.push(batch),
      resync: () => etcd.readScope('/service/'),
    });
    servers.etcdctl('--user', 'root:rootpw', 'put', '/service/a/leader', 'pg1');
    await until(() => batches.length > 0);
    const [health] = await etcd.endpointHealth();
    expect(health?.health.ok).toBe(true);
    await stop();
    await expect(open(servers.endpoints, { username: 'trunkline', password: 'no' }).readScope('/service/')).rejects.toThrow(
      /the username or the password is wrong/,
    );
    await expect(open(servers.endpoints).readScope('/service/')).rejects.toThrow();
  });
});
