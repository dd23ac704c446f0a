import type { Hands } from '../../src/acts/hands.ts';
import type { ClaimSight } from '../../src/core/claim-sight.ts';
import type { Reading } from '../../src/core/reading.ts';

/** Claims of hosts, by `member id`; `done` gets a line for each that is asked for. */
export function fakeClaims(
  done: string[],
  claims: Map<string, string>,
): Pick<Hands['hosts'], 'claim' | 'claimResult' | 'settleClaim'> {
  return {
    async claim(_cluster, member, id) {
      done.push(`claim ${member} ${id}`);
      if (claims.has(`${member} ${id}`)) return 'taken';
      claims.set(`${member} ${id}`, '');
      return 'ours';
    },
    claimResult: async (_cluster, member, id) => claims.get(`${member} ${id}`),
    async settleClaim(_cluster, member, id, text) {
      if (!claims.get(`${member} ${id}`)) claims.set(`${member} ${id}`, text);
    },
  };
}

/** As it is seen by whoever only looks. */
export function claimSeen(result: string | undefined): Reading<ClaimSight> {
  const value = result === undefined ? { taken: false as const } : { taken: true as const, ...(result ? { result } : {}) };
  return { ok: true, value, source: 'the claims', atMs: 0 };
}
