import { expect, it } from 'vitest';
import { alertsChaos, type ChaosOptions } from '../support/chaos/alerts-chaos.ts';
import { seedOfNow } from '../support/chaos/chance.ts';
import { reportOf } from '../support/chaos/report.ts';

const often = {
  ...{ kills: 6, freezes: 5, nobody: 1, etcdFreezes: 5, etcdKills: 5, quorumLosses: 1 },
  ...{ redisKills: 5, redisFreezes: 5, faults: 4 },
};

it('tells each of 1,000 leader changes exactly once and in order while bots, etcd, Redis and Slack fail', async () => {
  const changes = Number(process.env.TRUNKLINE_CHANGES ?? 1000);
  const options: ChaosOptions = {
    seed: seedOfNow(),
    changes,
    everyMs: Number(process.env.TRUNKLINE_EVERY_MS ?? 300),
    amounts: often,
    settleMs: 120_000,
    answering: true,
  };
  const result = await alertsChaos(options);
  process.stdout.write(`${reportOf(options, result)}\n`);
  const { missed, doubled, swapped, swappedInThread, othersAgain } = result.ours;
  const nothing = { missed: [], doubled: [], swapped: [], swappedInThread: [], othersAgain: [] };
  expect({ missed, doubled, swapped, swappedInThread, othersAgain }).toEqual(nothing);
  // Else the chaos is too weak to show anything.
  expect(result.naive.missed.length + result.naive.doubled.length).toBeGreaterThan(0);
}, 540_000);

it("tells what Patroni's history still shows, and counts the rest, where etcd's own is compacted away while nobody watches", async () => {
  const amounts = { ...often, kills: 3, freezes: 2, nobody: 3, etcdFreezes: 2, etcdKills: 2, redisKills: 2, redisFreezes: 2 };
  const options: ChaosOptions = {
    ...{ seed: seedOfNow(), changes: 400, everyMs: 300, settleMs: 120_000, clusters: 8, answering: true },
    ...{ amounts, forgets: { historyRows: 2 } },
  };
  const result = await alertsChaos(options);
  process.stdout.write(`${reportOf(options, result)}\n`);
  const { twice, untold, counted, wrongEnd, late } = result.gone;
  expect({ twice, wrongEnd }).toEqual({ twice: [], wrongEnd: [] });
  expect(counted).toEqual(untold);
  expect(late).toBeGreaterThan(0);
}, 360_000);
