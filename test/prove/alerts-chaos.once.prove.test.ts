import { expect, it } from 'vitest';
import { alertsChaos, type ChaosOptions } from '../support/chaos/alerts-chaos.ts';
import { seedOfNow } from '../support/chaos/chance.ts';
import { reportOf } from '../support/chaos/report.ts';

const options: ChaosOptions = {
  seed: seedOfNow(),
  changes: Number(process.env.TRUNKLINE_CHANGES ?? 1000),
  everyMs: 250,
  amounts: {
    kills: 6,
    freezes: 5,
    nobody: 1,
    etcdFreezes: 5,
    etcdKills: 5,
    quorumLosses: 1,
    redisKills: 5,
    redisFreezes: 5,
    faults: 4,
  },
  settleMs: 60_000,
};

it('tells each of hundreds of leader changes exactly once while bots, etcd and Slack fail', async () => {
  const result = await alertsChaos(options);
  process.stdout.write(`${reportOf(options, result)}\n`);
  const { missed, doubled, swappedInThread, othersAgain } = result.ours;
  const nothing = { missed: [], doubled: [], swappedInThread: [], othersAgain: [] };
  expect({ missed, doubled, swappedInThread, othersAgain }).toEqual(nothing);
}, 420_000);
