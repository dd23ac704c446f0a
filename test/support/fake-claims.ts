import type { Hands } from '../../src/acts/hands.ts';

/** Claims of hosts that last as long as the fake; `done` gets a line for each that is asked for. */
export function fakeClaims(done: string[]): Hands['hosts']['claim'] {
  const claims = new Set<string>();
  return async (_cluster, member, id) => {
    done.push(`claim ${member} ${id}`);
    if (claims.has(`${member} ${id}`)) return 'taken';
    claims.add(`${member} ${id}`);
    return 'ours';
  };
}
