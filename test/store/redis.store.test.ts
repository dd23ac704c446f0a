import { afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/core/log.ts';
import { checkRedis } from '../../src/store/check-redis.ts';
import { systemClock } from '../../src/core/clock.ts';
import { awaitRedis, connectRedis } from '../../src/store/redis.ts';
import { createStore } from '../../src/store/store.ts';
import { factsOf } from '../support/store-of.ts';
import { silentRelay } from '../support/silent-relay.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';

let server: RedisServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

function listening(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const note = (msg: string) => void lines.push(msg);
  const log: Log = { child: () => log, debug: note, info: note, warn: note, error: note };
  return { log, lines };
}

async function check(settings: Record<string, string>, demo = false): Promise<void> {
  server = await startRedisServer(settings);
  await checkRedis(server.client(), { demo });
}

describe('the start-up check of Redis', () => {
  it('accepts one that keeps everything', async () => {
    await expect(check({})).resolves.toBeUndefined();
  });
  it('refuses one that evicts, in a demo too', async () => {
    await expect(check({ 'maxmemory-policy': 'allkeys-lru' }, true)).rejects.toMatchObject({
      kind: 'refusal',
      message: expect.stringContaining('maxmemory-policy is allkeys-lru'),
      hint: expect.stringContaining('noeviction'),
    });
  });
  it('refuses one that does not persist', async () => {
    await expect(check({ appendonly: 'no' }, true)).rejects.toThrow(/does not persist/);
  });
  it('refuses one that can lose the last second, except in a demo', async () => {
    await expect(check({ appendfsync: 'everysec' })).rejects.toThrow(/appendfsync is everysec/);
    await expect(server && checkRedis(server.client(), { demo: true })).resolves.toBeUndefined();
  });
  it('refuses one that does not tell, and names the right that is missing', async () => {
    server = await startRedisServer();
    const client = server.client();
    await client.acl('SETUSER', 'default', '-config');
    await expect(checkRedis(client, { demo: false })).rejects.toMatchObject({ hint: expect.stringContaining('+config|get') });
  });
});

describe('the connection to Redis', () => {
  it('logs a lost server once, says so in its health, and fails commands instead of waiting', async () => {
    const { log, lines } = listening();
    const connection = connectRedis({ host: '127.0.0.1', port: await freePort() }, log);
    await expect(awaitRedis(connection, '127.0.0.1')).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(connection.redis.ping()).rejects.toThrow();
    expect(connection.health()).toMatchObject({ ok: false, why: 'connection refused' });
    expect(lines).toEqual(['redis is not reachable']);
    await connection.close();
  });

  it('comes back by itself and says so', async () => {
    server = await startRedisServer();
    const { log, lines } = listening();
    const connection = connectRedis({ host: '127.0.0.1', port: server.port }, log);
    await awaitRedis(connection, '127.0.0.1');
    expect(connection.health()).toEqual({ ok: true });
    await server.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => lines.join(), { timeout: 5000 }).toBe('redis is reachable,redis is not reachable,redis is reachable');
    await connection.close();
  });
});

describe('the connection to a Redis whose host vanished without a word', () => {
  it('is given up and made anew, instead of failing every command until the kernel notices', async () => {
    server = await startRedisServer();
    const relay = await silentRelay(server.port);
    const { log } = listening();
    const connection = connectRedis({ host: '127.0.0.1', port: relay.port }, log);
    await awaitRedis(connection, '127.0.0.1');
    relay.fallSilent();
    await expect(connection.redis.ping()).rejects.toThrow();
    await expect.poll(() => connection.redis.ping().catch(() => 'no'), { timeout: 10_000 }).toBe('PONG');
    await connection.close();
    relay.close();
  }, 20_000);
});

describe('the store without Redis', () => {
  it('says unreachable, and that nothing is known to be changed', async () => {
    const { log } = listening();
    const connection = connectRedis({ host: '127.0.0.1', port: await freePort() }, log);
    const store = createStore(connection.redis, { prefix: 'away', clock: systemClock });
    await expect(store.runs.get('r4k2m9xq')).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(store.audit.append(factsOf())).rejects.toMatchObject({ kind: 'unreachable' });
    await connection.close();
  });
});
