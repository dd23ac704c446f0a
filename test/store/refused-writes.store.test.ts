import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { checkRedis } from '../../src/store/check-redis.ts';
import { awaitRedis, connectRedis, type RedisConnection } from '../../src/store/redis.ts';
import { type RedisConfig, redisTarget } from '../../src/store/redis-options.ts';
import { createStore } from '../../src/store/store.ts';
import { askerOf, engineOn } from '../support/engine-on.ts';
import { checkedChain } from '../support/checked-chain.ts';
import { quietLog } from '../support/quiet-log.ts';
import { freePort, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf } from '../support/store-of.ts';

const toStop: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

async function serverWith(settings: Readonly<Record<string, string>> = {}) {
  const server = await startRedisServer(settings);
  toStop.push(() => server.stop());
  return server;
}

function connectTo(port: number, more: Partial<RedisConfig> = {}): RedisConnection {
  const connection = connectRedis({ host: '127.0.0.1', port, ...more }, quietLog);
  toStop.push(() => connection.close());
  return connection;
}

const storeOn = ({ redis }: RedisConnection) => createStore(redis, { prefix: 'p', clock: systemClock });

describe('a Redis that takes no writes', () => {
  it('because it is full is told as that, and nothing is half written', async () => {
    const server = await serverWith();
    const store = storeOn(connectTo(server.port));
    await store.runs.create(runOf(), factsOf());
    await server.client().config('SET', 'maxmemory', '1mb');
    const late = store.runs.create(runOf({ id: 'r000002' }), factsOf());
    await expect(late).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^Redis is full: it has reached maxmemory \(OOM command not allowed/),
      hint: expect.stringMatching(/^Nothing was changed. Raise maxmemory/),
    });
    expect(await store.runs.get('r000002')).toBeUndefined();
    expect(await store.audit.read(1, 9)).toHaveLength(1);
    await server.client().config('SET', 'maxmemory', '0');
    await store.runs.create(runOf({ id: 'r000002' }), factsOf());
    expect(await checkedChain(store.audit)).toMatchObject({ ok: true, entries: 2 });
  });

  it('because it is a replica is refused at the start, and by every write when it became one later', async () => {
    const primary = await serverWith();
    const server = await serverWith();
    const store = storeOn(connectTo(server.port));
    await store.runs.create(runOf({ state: 'running' }), factsOf());
    await server.client().call('REPLICAOF', '127.0.0.1', String(primary.port));
    const write = store.journal.write({ run: 'r4k2m9xq', epoch: 0, step: 's', entry: { mark: 'started', startedAtMs: 1 } });
    await expect(write).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/replica/) });
    await expect(checkRedis(server.client(), { demo: false })).rejects.toMatchObject({
      kind: 'refusal',
      message: expect.stringContaining('read-only replica'),
    });
  });

  it('because the password is wrong is refused at the start, without the password in the words', async () => {
    const server = await serverWith({ requirepass: 'right-one' });
    const connection = connectTo(server.port, { password: 'wrong-one' });
    const refused = await awaitRedis(connection, 'redis').catch((error: unknown) => error);
    expect(refused).toMatchObject({ kind: 'refusal', hint: expect.stringContaining('redis.password') });
    expect(String(refused)).not.toContain('wrong-one');
    await expect(storeOn(connection).audit.append(factsOf())).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('because the login lacks a right is told as that', async () => {
    const server = await serverWith();
    await server.client().acl('SETUSER', 'bot', 'on', '>secret-one', '~*', '&*', '+@all', '-xadd');
    const store = storeOn(connectTo(server.port, { username: 'bot', password: 'secret-one' }));
    await expect(store.runs.create(runOf(), factsOf())).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('the login of Trunkline at Redis lacks a right'),
      hint: expect.stringContaining('ACL SETUSER'),
    });
    expect(await store.runs.get('r4k2m9xq')).toBeUndefined();
  });

  it('because its settings were changed before it was connected to again is not trusted with a step', async () => {
    const server = await serverWith();
    const store = storeOn(connectTo(server.port));
    await store.runs.create(runOf({ state: 'running' }), factsOf());
    await server.client().config('SET', 'appendfsync', 'no');
    await server.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const entry = { mark: 'started', startedAtMs: 1 } as const;
    const write = () =>
      store.journal.write({ run: 'r4k2m9xq', epoch: 0, step: 's', entry }).catch((error: unknown) => String(error));
    await expect.poll(write).toContain('this Redis is not trusted: Redis can lose the last writes');
    await server.client().config('SET', 'appendfsync', 'always');
    await expect.poll(write).toBe('written');
  });
});

it('the login of docs/redis.md has every right that a run needs, and no more keys than ours', async () => {
  const server = await serverWith();
  const rights = ['~{engine-*', '&*', '+@all', '-@dangerous', '+info', '+config|get'];
  await server.client().acl('SETUSER', 'bot', 'on', '>secret-one', ...rights);
  const login = { username: 'bot', password: 'secret-one' };
  const connection = connectTo(server.port, { ...login, replicas: { confirm: 0, withinMs: 100 } });
  const target = redisTarget({ host: '127.0.0.1', port: server.port, ...login });
  const stops: (() => Promise<unknown>)[] = [];
  const { ledger, asked, worker, ends, store } = engineOn({ client: () => connection.redis, target }, stops);
  toStop.push(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  worker();
  await store.claimFormat();
  const id = await asked();
  await ledger.approve(id, askerOf('U1'));
  await ends(id).toBe('succeeded');
  await expect(connection.redis.set('stranger', '1')).rejects.toThrow(/NOPERM/);
  await expect(connection.redis.call('WAIT', 0, 1)).resolves.toBe(0);
});

describe('TLS to Redis', () => {
  it('is used with the authority of the configuration, and refused without it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trunkline-tls-'));
    toStop.push(() => rmSync(folder, { recursive: true }));
    const [ca, key] = [join(folder, 'ca.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const openssl = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', ...subject];
    execFileSync('openssl', [...openssl, '-keyout', key, '-out', ca], { stdio: 'ignore' });
    const files = { 'tls-cert-file': ca, 'tls-key-file': key, 'tls-ca-cert-file': ca, 'tls-auth-clients': 'no' };
    const connect = (port: number) => new Redis({ host: '127.0.0.1', port, tls: { ca: readFileSync(ca) } });
    const server = await startRedisServer({ 'tls-port': String(await freePort()), ...files }, connect);
    toStop.push(() => server.stop());
    const store = storeOn(connectTo(server.port, { tls: { ca } }));
    await store.runs.create(runOf(), factsOf());
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'pending' });
    const stranger = connectTo(server.port, { tls: true });
    await expect(awaitRedis(stranger, 'redis')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/certificate/),
    });
  });
});
