import { expect, it } from 'vitest';
import { alertsChaos, type ChaosOptions } from '../support/chaos/alerts-chaos.ts';
import { seedOfNow } from '../support/chaos/chance.ts';
import { often } from '../support/chaos/often.ts';
import { reportOf } from '../support/chaos/report.ts';

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
