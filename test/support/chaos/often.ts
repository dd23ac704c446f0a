import type { Amounts } from './troubles.ts';

/** How often each trouble strikes in a long proof. */
export const often: Amounts = {
  ...{ kills: 6, freezes: 5, nobody: 1, etcdFreezes: 5, etcdKills: 5, quorumLosses: 1 },
  ...{ redisKills: 5, redisFreezes: 5, faults: 4 },
};
