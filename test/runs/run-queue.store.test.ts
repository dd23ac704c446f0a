import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRunQueue } from '../../src/runs/run-queue.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { silentRelay } from '../support/silent-relay.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(async () => server.stop());

it('gives up on a Redis that took the request and never answers, so that the sweep can ask again', async () => {
  const relay = await silentRelay(server.port);
  const queue = createRunQueue({
    connection: { kind: 'single', options: { host: '127.0.0.1', port: relay.port } },
    prefix: 'silent',
    log: quietLog,
  });
  await queue.add('r4k2m9xq');
  relay.fallSilent();
  await expect(queue.add('r9xq4k2m')).rejects.toThrow();
  await expect
    .poll(
      () =>
        queue
          .add('r9xq4k2m')
          .then(() => 'added')
          .catch(() => 'no'),
      { timeout: 10_000 },
    )
    .toBe('added');
  await queue.close();
  relay.close();
}, 30_000);
