import type { Hands } from '../acts/hands.ts';
import { createClaims } from '../hosts/claims.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';

/** The claims of the acts, on the hosts of each cluster. */
export function claimHands(sshOf: (cluster: string) => SshPool): Pick<Hands['hosts'], 'claim' | 'claimResult' | 'settleClaim'> {
  const claims = (cluster: string) => createClaims(sshOf(cluster));
  return {
    claim: async (cluster, member, id, signal) => claims(cluster).claim(member, id, signal),
    async claimResult(cluster, member, id, signal) {
      const found = await claims(cluster).read(member, id, signal);
      if (found.state === 'free') return undefined;
      return 'result' in found ? found.result : '';
    },
    settleClaim: async (cluster, member, id, text, signal) => claims(cluster).writeResult(member, id, text, signal),
  };
}
