import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAudit, type Audit } from '../../src/store/audit.ts';
import { keysOf } from '../../src/store/keys.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { checkedChain } from '../support/checked-chain.ts';
import { factsOf } from '../support/store-of.ts';

let server: RedisServer;
let redis: Redis;
let audit: Audit;
let count = 0;
let key = '';
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
  redis = server.client();
});
beforeEach(async () => {
  count += 1;
  const keys = keysOf(`audit-${count}`);
  key = keys.audit;
  audit = createAudit(redis, keys);
  for (let i = 1; i <= 5; i += 1) await audit.append(factsOf({ atMs: i, why: `line ${i}` }));
});
afterAll(() => server.stop());

async function rowsNow(): Promise<[string, string[]][]> {
  return redis.xrange(key, '-', '+');
}

/** Writes the whole stream again, as somebody with a shell on the Redis host could. */
async function forge(change: (rows: [string, string[]][]) => [string, string[]][]): Promise<void> {
  const rows = change(await rowsNow());
  await redis.del(key);
  for (const [id, fields] of rows) await redis.xadd(key, id, ...fields);
}

describe('the audit log', () => {
  it('seals no secret that people or hosts said, because no line can be taken out again', async () => {
    const keys = keysOf(`audit-redacted-${count}`);
    const careful = createAudit(server.client(), keys, (text) => text.replaceAll('hunter2', '[secret]'));
    await careful.append(factsOf({ why: 'password=hunter2', result: 'hunter2 refused', planHash: 'hunter2' }));
    expect(await careful.read(1, 1)).toMatchObject([
      { why: 'password=[secret]', result: '[secret] refused', planHash: 'hunter2' },
    ]);
  });

  it('numbers its lines and chains them', async () => {
    expect(await checkedChain(audit)).toMatchObject({ ok: true, entries: 5, head: { seq: 5 } });
    const [third] = await audit.read(3, 3);
    expect(third).toMatchObject({ seq: 3, why: 'line 3' });
  });

  it('verifies a part of itself against the line before it', async () => {
    expect(await checkedChain(audit, 3, 4)).toMatchObject({ ok: true, entries: 2, head: { seq: 4 } });
  });

  it('finds an edited line', async () => {
    await forge((rows) =>
      rows.map(([id, [h = '', hash = '', e = '', text = '']]) => [id, [h, hash, e, text.replace('line 3', 'line X')]]),
    );
    expect(await checkedChain(audit)).toMatchObject({ ok: false, why: expect.stringContaining('entry 3 was edited') });
  });

  it('finds a line that was edited together with its hash, because the next one names the old hash', async () => {
    const other = createAudit(redis, keysOf(`audit-${count}-other`));
    for (let i = 1; i <= 3; i += 1) await other.append(factsOf({ atMs: i, why: i === 3 ? 'forged' : `line ${i}` }));
    const forged = (await redis.xrange(keysOf(`audit-${count}-other`).audit, '3-0', '3-0'))[0];
    if (!forged) throw new Error('no line');
    await forge((rows) => rows.map((row) => (row[0] === '3-0' ? forged : row)));
    expect(await checkedChain(audit)).toMatchObject({ ok: false, why: expect.stringContaining('entry 4 does not follow') });
  });

  it('finds a missing line', async () => {
    await redis.xdel(key, '2-0');
    expect(await checkedChain(audit)).toMatchObject({ ok: false, why: expect.stringContaining('entry 2 is missing') });
  });

  it('finds that the beginning was cut off', async () => {
    await redis.xdel(key, '1-0');
    expect(await checkedChain(audit)).toMatchObject({ ok: false, why: expect.stringContaining('entry 1 is missing') });
  });

  it('cannot be continued over a cut tail, because the stream remembers its last number', async () => {
    await redis.xdel(key, '5-0');
    await expect(audit.append(factsOf())).rejects.toThrow(/equal or smaller/);
  });

  it('keeps one chain when ten writers append at once', async () => {
    const writers = Array.from({ length: 10 }, () => createAudit(server.client(), keysOf(`audit-${count}`)));
    await Promise.all(writers.flatMap((writer, i) => [0, 1, 2, 3, 4].map((n) => writer.append(factsOf({ atMs: i * 10 + n })))));
    expect(await checkedChain(audit)).toMatchObject({ ok: true, entries: 55 });
  });
});
