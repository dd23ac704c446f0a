import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createEtcd, type Etcd } from '../../src/etcd/client.ts';
import { watchPrefix } from '../../src/etcd/watch.ts';
import { letReaderIn } from '../support/etcd-reader.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { type NotedLine, notedLog } from '../support/noted-log.ts';
import { until } from '../support/until.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const ROOT = ['--user', 'root:rootpw'];

/** An etcd that wants a login: `trunkline` may read /service/, `nobody` nothing. */
async function etcdWith(...args: readonly string[]): Promise<EtcdServers> {
  const servers = await startEtcd(1, { args: ['--bcrypt-cost', '4', ...args] });
  closers.push(() => servers.stop());
  servers.etcdctl('user', 'add', 'nobody:nopw');
  letReaderIn(servers);
  return servers;
}

function open({ endpoints }: EtcdServers, username?: string, password?: string): Etcd {
  const etcd = createEtcd({
    endpoints,
    clock: systemClock,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
  });
  closers.push(() => etcd.close());
  return etcd;
}

interface Followed {
  readonly values: string[];
  readonly whys: (string | undefined)[];
  readonly lines: readonly NotedLine[];
  connects: number;
}

async function follow(etcd: Etcd, auditEveryMs = 60_000): Promise<Followed> {
  const read = await etcd.readScope('/service/');
  const { log, lines } = notedLog();
  const followed: Followed = { values: [], whys: [], lines, connects: 0 };
  closers.push(
    watchPrefix({
      ...{ etcd, prefix: '/service/', from: { next: read.revision + 1, clusterId: read.clusterId, read }, log, auditEveryMs },
      deliver: ({ events }) => followed.values.push(...events.map(({ value }) => value)),
      resync: () => etcd.readScope('/service/'),
      state({ connected, why }) {
        if (connected) followed.connects += 1;
        else followed.whys.push(why);
      },
    }),
  );
  await until(() => followed.connects > 0, 10_000);
  return followed;
}

/** Writes numbers until told to stop, and tells what it wrote. */
function writing({ endpoints }: EtcdServers): { stop(): Promise<readonly string[]> } {
  const writer = new Etcd3({ hosts: [...endpoints], auth: { username: 'root', password: 'rootpw' } });
  const wrote: string[] = [];
  let over = false;
  const done = (async () => {
    while (!over) {
      await writer.put('/service/billing/leader').value(String(wrote.length));
      wrote.push(String(wrote.length));
      await systemClock.sleep(50);
    }
  })();
  return {
    async stop() {
      over = true;
      await done;
      writer.close();
      return wrote;
    },
  };
}

/** How many logins etcd has taken, and how many it has refused (its metrics). */
async function logins({ endpoints }: EtcdServers): Promise<{ taken: number; refused: number }> {
  const text = await (await fetch(`${endpoints[0]}/metrics`)).text();
  const count = (code: string) =>
    Number(
      new RegExp(`^grpc_server_handled_total{grpc_code="${code}",grpc_method="Authenticate".*} (\\d+)$`, 'm').exec(text)?.[1] ??
        0,
    );
  return { taken: count('OK'), refused: count('InvalidArgument') + count('Unauthenticated') };
}

describe('etcd with a login', () => {
  it('is watched on while tokens expire under the watch: it logs in again by itself and nothing is missed', async () => {
    const servers = await etcdWith('--auth-token', 'simple', '--auth-token-ttl', '1');
    // Each comparison comes long after its token has expired, as 1 s is how long one lives that nobody uses.
    const seen = await follow(open(servers, 'trunkline', 'readpw'), 2500);
    const writes = writing(servers);
    await until(() => seen.values.length > 0, 10_000);
    const before = (await logins(servers)).taken;
    await until(async () => (await logins(servers)).taken >= before + 2, 30_000);
    const wrote = await writes.stop();
    await until(() => seen.values.length >= wrote.length, 10_000);
    expect(seen.values).toEqual(wrote);
    expect(seen.whys).toEqual([]);
    expect(seen.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('is watched on after etcd forgot all tokens in a restart, from where the watch was', async () => {
    const servers = await etcdWith();
    const etcd = open(servers, 'trunkline', 'readpw');
    const seen = await follow(etcd);
    servers.etcdctl(...ROOT, 'put', '/service/a', '1');
    await until(() => seen.values.length === 1);
    const [member] = servers.members;
    member?.kill();
    await member?.gone();
    await member?.start();
    servers.etcdctl(...ROOT, 'put', '/service/a', '2');
    expect((await etcd.readScope('/service/')).entries).toMatchObject([{ value: '2' }]);
    await until(() => seen.values.length === 2, 10_000);
    expect(seen.values).toEqual(['1', '2']);
  });

  it('says that the password is wrong, asks ever less often, and goes on without a gap once it is right again', async () => {
    const servers = await etcdWith();
    const etcd = open(servers, 'trunkline', 'readpw');
    const seen = await follow(etcd);
    servers.etcdctl(...ROOT, 'user', 'delete', 'trunkline');
    servers.etcdctl(...ROOT, 'user', 'add', 'trunkline:another');
    servers.etcdctl(...ROOT, 'user', 'grant-role', 'trunkline', 'reader');
    await expect(etcd.readScope('/service/')).rejects.toMatchObject({
      kind: 'unauthorised',
      message: `etcd does not take Trunkline's login (${servers.endpoints[0]}: the username or the password is wrong)`,
      hint: expect.stringContaining('`password`'),
    });
    const [member] = servers.members;
    member?.kill();
    await member?.gone();
    await member?.start();
    await until(() => seen.whys.filter((why) => why === 'the username or the password is wrong').length >= 2, 15_000);
    servers.etcdctl(...ROOT, 'put', '/service/a', 'while it was refused');
    // At least 1 s lies between two of them; a loop without a pause would have made hundreds.
    const { refused } = await logins(servers);
    expect(refused).toBeGreaterThanOrEqual(2);
    expect(refused).toBeLessThan(6);
    const told = seen.lines.filter(({ level }) => level === 'error');
    expect(told).toMatchObject([{ fields: { why: 'the username or the password is wrong' } }]);
    servers.etcdctl(...ROOT, 'user', 'delete', 'trunkline');
    servers.etcdctl(...ROOT, 'user', 'add', 'trunkline:readpw');
    servers.etcdctl(...ROOT, 'user', 'grant-role', 'trunkline', 'reader');
    await until(() => seen.values.length > 0, 30_000);
    expect(seen.values).toEqual(['while it was refused']);
  });

  it('says what is wrong with a login that may not read, and with none', async () => {
    const servers = await etcdWith();
    await expect(open(servers, 'nobody', 'nopw').readScope('/service/')).rejects.toMatchObject({
      kind: 'unauthorised',
      message: expect.stringContaining('its login is taken, but no role of it may read these keys'),
    });
    await expect(open(servers).readScope('/service/')).rejects.toMatchObject({
      kind: 'unauthorised',
      message: expect.stringContaining('it wants a login, and no username is configured'),
    });
    await expect(open(servers, 'trunkline', 'wrong').readScope('/service/')).rejects.toMatchObject({ kind: 'unauthorised' });
  });

  it('says the same of a watch that it refuses', async () => {
    const servers = await etcdWith();
    const { log, lines } = notedLog();
    const etcd = open(servers, 'nobody', 'nopw');
    const { revision, clusterId } = await open(servers, 'trunkline', 'readpw').readScope('/service/');
    const whys: (string | undefined)[] = [];
    closers.push(
      watchPrefix({
        ...{ etcd, prefix: '/service/', from: { next: revision + 1, clusterId }, log },
        deliver: () => undefined,
        resync: () => etcd.readScope('/service/'),
        state: ({ connected, why }) => connected || whys.push(why),
      }),
    );
    await until(() => whys.length >= 2, 10_000);
    expect(new Set(whys)).toEqual(new Set(['its login is taken, but no role of it may read these keys']));
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is read with a username although its authentication is off, and after it was put on', async () => {
    const servers = await startEtcd(1, { args: ['--bcrypt-cost', '4'] });
    closers.push(() => servers.stop());
    const etcd = open(servers, 'trunkline', 'readpw');
    expect((await etcd.readScope('/service/')).entries).toEqual([]);
    letReaderIn(servers);
    expect((await etcd.readScope('/service/')).entries).toEqual([]);
  });

  it('logs in again where its tokens (JWT) are of rules that have changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trunkline-jwt-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [priv, pub] = [join(folder, 'priv.pem'), join(folder, 'pub.pem')];
    writeFileSync(priv, privateKey.export({ type: 'pkcs1', format: 'pem' }));
    writeFileSync(pub, publicKey.export({ type: 'spki', format: 'pem' }));
    const servers = await etcdWith('--auth-token', `jwt,pub-key=${pub},priv-key=${priv},sign-method=RS256,ttl=10m`);
    const etcd = open(servers, 'trunkline', 'readpw');
    await etcd.readScope('/service/');
    const before = (await logins(servers)).taken;
    servers.etcdctl(...ROOT, 'role', 'add', 'more');
    expect((await etcd.readScope('/service/')).entries).toEqual([]);
    // One is etcdctl's.
    expect((await logins(servers)).taken).toBe(before + 2);
  });
});
