import { expect, it } from 'vitest';
import { alertsChaos, type ChaosOptions } from '../support/chaos/alerts-chaos.ts';
import { seedOfNow } from '../support/chaos/chance.ts';
import { often } from '../support/chaos/often.ts';
import { reportOf } from '../support/chaos/report.ts';

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
