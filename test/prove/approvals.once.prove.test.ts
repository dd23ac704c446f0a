import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { attack, attackOn } from '../support/approvals/attack.ts';
import type { Office } from '../support/approvals/office.ts';
import { forkOffice } from '../support/approvals/office-process.ts';
import { seededRandom } from '../support/random.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

const LANES = 2;
const RUNS = 10_000;
const offices: Office[] = [];
let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(async () => {
  await Promise.all(offices.map((office) => office.close()));
  await server.stop();
});

describe('attacks on approvals, many of them', () => {
  it('break no promise in 10,000 random interleavings over three real processes each', async () => {
    const { seed } = seededRandom('attacks on approvals');
    const lanes = Array.from({ length: LANES }, (_, at) => {
      const three = Array.from({ length: 3 }, () => forkOffice(server.port, `lane-${at}`));
      offices.push(...three);
      const play = attackOn(server.client(), `lane-${at}`, three);
      return fc.assert(fc.asyncProperty(attack, play), { numRuns: RUNS / LANES, seed: seed + at });
    });
    await Promise.all(lanes);
  });
});
