import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createEtcd, type Etcd } from '../../src/etcd/client.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { until } from '../support/until.ts';

let servers: EtcdServers;
let etcd: Etcd;
const nobody = 'http://127.0.0.1:1';
beforeAll(async () => {
  servers = await startEtcd(1);
  etcd = createEtcd({ endpoints: [...servers.endpoints, nobody], clock: systemClock });
});
afterAll(async () => {
  etcd.close();
  await servers.stop();
});

describe("a real etcd's own members and metrics", () => {
  it('are read: who its members are, by ids that the endpoints answer with', async () => {
    const [member, ...more] = await etcd.members();
    expect(more).toEqual([]);
    expect(member).toMatchObject({ name: 'e1', clientUrls: servers.endpoints, learner: false });
    const [first] = await etcd.endpointHealth();
    expect(first?.health.ok && first.health.value.memberId).toBe(member?.id);
  });

  it('are read: how long its disk takes, growing with each write, and why an endpoint could not say', async () => {
    const commits = async () => {
      const reading = (await etcd.pace())[servers.endpoints[0] ?? ''];
      return reading?.ok ? (reading.value.commit.at(-1)?.[1] ?? 0) : Number.NaN;
    };
    const before = await commits();
    servers.etcdctl('put', '/x', '1');
    await until(async () => (await commits()) > before);
    expect((await etcd.pace())[nobody]).toMatchObject({ ok: false, why: 'connection refused' });
  });
});
