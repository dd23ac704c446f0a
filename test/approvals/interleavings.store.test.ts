import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attack, attackOn } from '../support/approvals/attack.ts';
import { type Office, openOffice } from '../support/approvals/office.ts';
import { seededRandom } from '../support/random.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

const LANES = 4;
const RUNS = 1000;
const offices: Office[] = [];
let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(async () => {
  await Promise.all(offices.map((office) => office.close()));
  await server.stop();
});

/** Three processes on one prefix, each with its own store, gate, ledger, worker and connection. */
function lane(at: number) {
  const three = Array.from({ length: 3 }, () => openOffice(server.port, `lane-${at}`));
  offices.push(...three);
  return attackOn(server.client(), `lane-${at}`, three);
}

describe('attacks on approvals', () => {
  it('break no promise in 1,000 random interleavings of votes, denials, withdrawals, lapses and group changes', async () => {
    const { seed } = seededRandom('attacks on approvals');
    const lanes = Array.from({ length: LANES }, (_, at) => {
      const play = lane(at);
      const settings = { numRuns: RUNS / LANES, seed: seed + at, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true };
      return fc.assert(fc.asyncProperty(attack, play), settings);
    });
    expect(await Promise.allSettled(lanes)).toEqual(lanes.map(() => ({ status: 'fulfilled', value: undefined })));
  }, 120_000);
});
