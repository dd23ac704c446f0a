import type { Hands } from '../../src/acts/hands.ts';

/** Claims of hosts that last as long as the fake; `done` gets a line for each that is asked for. */
export function fakeClaims(done: string[]): Pick<Hands['hosts'], 'claim' | 'claimResult' | 'settleClaim'> {
  const claims = new Map<string, string>();
  return {
    async claim(_cluster, member, id) {
      done.push(`claim ${member} ${id}`);
      if (claims.has(`${member} ${id}`)) return 'taken';
      claims.set(`${member} ${id}`, '');
      return 'ours';
    },
    claimResult: async (_cluster, member, id) => claims.get(`${member} ${id}`),
    async settleClaim(_cluster, member, id, text) {
      claims.set(`${member} ${id}`, text);
    },
  };
}
