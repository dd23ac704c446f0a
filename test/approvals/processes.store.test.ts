import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { attack, attackOn } from '../support/approvals/attack.ts';
import type { Office } from '../support/approvals/office.ts';
import { forkOffice } from '../support/approvals/office-process.ts';
import { seededRandom } from '../support/random.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

let offices: readonly Office[] = [];
let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
  offices = Array.from({ length: 3 }, () => forkOffice(server.port, 'forked'));
});
afterAll(async () => {
  await Promise.all(offices.map((office) => office.close()));
  await server.stop();
});

describe('attacks on approvals in three real processes', () => {
  it('break no promise, because nothing that counts is kept in a process', async () => {
    const { seed } = seededRandom('attacks on approvals in processes');
    const play = attackOn(server.client(), 'forked', offices);
    await fc.assert(fc.asyncProperty(attack, play), { numRuns: 120, seed, interruptAfterTimeLimit: 60_000 });
  }, 90_000);
});
