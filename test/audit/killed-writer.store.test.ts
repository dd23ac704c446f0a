import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compare, verifyFiles } from '../../src/audit/verify-log.ts';
import { auditLogOn, upTo } from '../support/audit-files.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const KILLS = 5;
let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

const writer = fileURLToPath(new URL('../support/audit-writer.ts', import.meta.url));

it('holds every entry that a killed process was told of, once, however often it is killed in the middle', async () => {
  const log = auditLogOn(server);
  const prefix = /\{(.*)\}/.exec(log.keys.audit)?.[1] ?? '';
  let confirmed = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const argv = ['--import', import.meta.resolve('tsx'), writer, String(server.port), prefix, log.path];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    let lines = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const told = text.trim().split('\n');
      lines += told.length;
      confirmed = Math.max(confirmed, Number(told.at(-1)));
    });
    await until(() => lines > 20 + kill * 13 || child.exitCode !== null, 60_000);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    // What a lease of a dead process takes is tested by its length alone.
    await server.client().del(log.keys.auditLease);
  }
  const last = log.process({ patienceMs: 20_000 });
  await last.mustBeWritable();
  const { seq } = await log.follower().head();
  expect(confirmed).toBeGreaterThan(KILLS * 20);
  expect(seq).toBeGreaterThanOrEqual(confirmed);
  expect(log.seqs()).toEqual(upTo(seq));
  expect((await verifyFiles([log.path], { keys: new Map(), pins: [] })).faults).toEqual([]);
  expect(await compare([log.path], log.audit.batches, {})).toEqual([]);
  await log.end();
}, 120_000);
