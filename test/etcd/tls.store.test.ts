import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createEtcd, type Etcd } from '../../src/etcd/client.ts';
import type { EtcdAccess } from '../../src/etcd/transport.ts';
import { watchPrefix } from '../../src/etcd/watch.ts';
import { type Authority, type CertifiedKey, createAuthority } from '../support/certificates.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { notedLog } from '../support/noted-log.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

let ours: Authority;
let others: Authority;
let client: CertifiedKey;
let good: EtcdServers;
let mutual: EtcdServers;
let expired: EtcdServers;
let named: EtcdServers;
let plain: EtcdServers;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  [ours, others] = [createAuthority(), createAuthority()];
  client = ours.issue('trunkline');
  const server = { ...ours.issue('etcd'), ca: ours.ca };
  [good, mutual, expired, named, plain] = await Promise.all([
    startEtcd(1, { tls: server }),
    startEtcd(1, { tls: { ...server, client } }),
    startEtcd(1, { tls: { ...ours.issue('expired', { days: -1 }), ca: ours.ca } }),
    startEtcd(1, { tls: { ...ours.issue('named', { names: 'DNS:etcd.example.com,IP:10.0.0.1' }), ca: ours.ca } }),
    startEtcd(1),
  ]);
});
afterAll(async () => {
  await Promise.all([good, mutual, expired, named, plain].map((each) => each.stop()));
  ours.remove();
  others.remove();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function open(endpoints: readonly string[], tls: EtcdAccess['tls'] = { ca: readFileSync(ours.ca) }): Etcd {
  const etcd = createEtcd({ endpoints, clock: systemClock, tls });
  closers.push(() => etcd.close());
  return etcd;
}

const as = ({ cert, key }: CertifiedKey) => ({ ca: readFileSync(ours.ca), cert: readFileSync(cert), key: readFileSync(key) });

describe('etcd over TLS', () => {
  it('is read and watched where the authority has signed it, past an endpoint that nobody serves', async () => {
    const etcd = open(['https://127.0.0.1:1', ...good.endpoints]);
    const read = await etcd.readScope('/tls/');
    const values: string[] = [];
    closers.push(
      watchPrefix({
        ...{ etcd, prefix: '/tls/', from: { next: read.revision + 1, clusterId: read.clusterId, read }, log: quietLog },
        deliver: ({ events }) => values.push(...events.map(({ value }) => value)),
        resync: () => etcd.readScope('/tls/'),
      }),
    );
    good.etcdctl('put', '/tls/leader', 'pg1');
    await until(() => values.length > 0, 10_000);
    expect(values).toEqual(['pg1']);
    const [, health] = await etcd.endpointHealth();
    expect(health?.health).toMatchObject({ ok: true });
  });

  it('is read with a client certificate where it wants one, and says so where there is none or one of nobody', async () => {
    expect((await open(mutual.endpoints, as(client)).readScope('/tls/')).entries).toEqual([]);
    const refused = /it refuses our TLS client certificate, or wants one and none is configured/;
    await expect(open(mutual.endpoints).readScope('/tls/')).rejects.toThrow(refused);
    await expect(open(mutual.endpoints, as(others.issue('stranger'))).readScope('/tls/')).rejects.toThrow(refused);
    await expect(open(mutual.endpoints, as(ours.issue('old', { days: -1 }))).readScope('/tls/')).rejects.toThrow(refused);
  });

  it.each([
    [
      'another authority',
      () => good,
      () => readFileSync(others.ca),
      'its TLS certificate is signed by an authority that is not the configured `ca`',
    ],
    [
      'the authorities of the system',
      () => good,
      () => undefined,
      'its TLS certificate is signed by an authority that is not the configured `ca`',
    ],
    ['a certificate that has expired', () => expired, () => readFileSync(ours.ca), 'its TLS certificate has expired'],
    [
      'a certificate of another host',
      () => named,
      () => readFileSync(ours.ca),
      "its TLS certificate is for another name (IP: 127.0.0.1 is not in the cert's list: 10.0.0.1)",
    ],
    [
      'a server without TLS',
      () => plain,
      () => readFileSync(ours.ca),
      'it ends the connection instead of speaking TLS: does it want http?',
    ],
  ])('with %s is not trusted and says why, at a read and at a watch that goes on trying', async (_what, servers, ca, says) => {
    const endpoint = servers().endpoints[0]?.replace('http:', 'https:') ?? '';
    const pem = ca();
    const etcd = open([endpoint], pem ? { ca: pem } : {});
    await expect(etcd.readScope('/tls/')).rejects.toMatchObject({
      kind: 'unreachable',
      message: `no etcd endpoint could be trusted (${endpoint}: ${says})`,
      hint: expect.stringContaining('`tls`'),
    });
    const { log, lines } = notedLog();
    const whys: (string | undefined)[] = [];
    closers.push(
      watchPrefix({
        ...{ etcd, prefix: '/tls/', from: { next: 1, clusterId: '1' }, log },
        deliver: () => undefined,
        resync: () => etcd.readScope('/tls/'),
        state: ({ why }) => whys.push(why),
      }),
    );
    await until(() => whys.length >= 4, 10_000);
    expect(new Set(whys)).toEqual(new Set([says]));
    expect(lines.filter(({ level }) => level !== 'debug')).toMatchObject([{ level: 'warn', fields: { endpoint, why: says } }]);
  });

  it('says that it wants TLS where the endpoint is given without', async () => {
    const endpoint = good.endpoints[0]?.replace('https:', 'http:') ?? '';
    await expect(open([endpoint]).readScope('/tls/')).rejects.toThrow(
      `(${endpoint}: it closes the connection at once: does it want https?)`,
    );
  });

  it('is watched at the endpoint that can be trusted, where another one can not, and nothing is missed', async () => {
    const etcd = open([...expired.endpoints, ...good.endpoints]);
    const read = await open(good.endpoints).readScope('/mixed/');
    const values: string[] = [];
    closers.push(
      watchPrefix({
        ...{ etcd, prefix: '/mixed/', from: { next: read.revision + 1, clusterId: read.clusterId, read }, log: quietLog },
        deliver: ({ events }) => values.push(...events.map(({ value }) => value)),
        resync: () => etcd.readScope('/mixed/'),
      }),
    );
    for (const value of ['1', '2', '3']) good.etcdctl('put', '/mixed/leader', value);
    await until(() => values.length >= 3, 10_000);
    expect(values).toEqual(['1', '2', '3']);
  });
});
