import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { connectRedis, type RedisConnection } from '../../src/store/redis.ts';
import { auditLogOn, upTo } from '../support/audit-files.ts';
import { quietLog } from '../support/quiet-log.ts';
import { freePort } from '../support/redis-server.ts';
import { factsOf } from '../support/store-of.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-audit-redis-'));
const connections: RedisConnection[] = [];
let redis: LabRedis;
let port: number;
beforeAll(async () => {
  port = await freePort();
  redis = await startRedis({ port, folder });
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('lets no change start while Redis is away, and goes on with the file by itself when it is back', async () => {
  const client = () => {
    const connection = connectRedis({ host: '127.0.0.1', port }, quietLog);
    connections.push(connection);
    return connection.redis;
  };
  const log = auditLogOn({ client });
  const file = log.process({ patienceMs: 10_000 });
  await log.audit.append(factsOf());
  await file.mustBeWritable();
  await redis.stop();
  await expect(file.mustBeWritable()).rejects.toMatchObject({ kind: 'unreachable' });
  await until(() => !file.says().ok, 15_000);
  redis = await startRedis({ port, folder });
  await until(() => file.says().ok, 20_000);
  await log.audit.append(factsOf());
  await file.mustBeWritable();
  expect(log.seqs()).toEqual(upTo(2));
  await log.end();
});
