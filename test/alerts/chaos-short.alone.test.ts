import { expect, it } from 'vitest';
import { alertsChaos, type ChaosOptions } from '../support/chaos/alerts-chaos.ts';
import { seedOfNow } from '../support/chaos/chance.ts';
import { reportOf } from '../support/chaos/report.ts';

const options: ChaosOptions = {
  seed: seedOfNow(),
  changes: 40,
  everyMs: 400,
  amounts: {
    kills: 1,
    freezes: 0,
    nobody: 0,
    etcdFreezes: 1,
    etcdKills: 1,
    quorumLosses: 0,
    // Redis stumbles in the long form (test/prove): while it is away two bots can still tell one change each.
    redisKills: 0,
    redisFreezes: 0,
    faults: 1,
  },
  settleMs: 25_000,
};

it('tells each of 40 leader changes exactly once and in order while both bots are killed, etcd stumbles and Slack fails', async () => {
  const result = await alertsChaos(options);
  process.stdout.write(`${reportOf(options, result)}\n`);
  const { missed, doubled, swapped, swappedInThread, othersAgain } = result.ours;
  const nothing = { missed: [], doubled: [], swapped: [], swappedInThread: [], othersAgain: [] };
  expect({ missed, doubled, swapped, swappedInThread, othersAgain }).toEqual(nothing);
}, 90_000);
