import type { ClusterConfig } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { createClaims } from '../hosts/claims.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { createUnits } from '../hosts/units.ts';

/** What is needed of a cluster to tidy up its hosts. */
interface Cluster {
  readonly config: Pick<ClusterConfig, 'name'> & { readonly members: readonly { readonly name: string }[] };
  readonly ssh?: SshPool;
}

/** Deletes the claims and results of long ago on the members' hosts, one after the other; a host that fails is logged and left. */
export async function cleanHosts(
  clusters: readonly Cluster[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  for (const { config, ssh } of clusters) {
    if (!ssh) continue;
    const claims = createClaims(ssh);
    const units = createUnits({ ssh, layouts: new Map(), clock });
    for (const { name } of config.members) {
      for (const kept of [claims, units]) {
        await kept.clean(name).catch((error: unknown) => {
          log.warn('old claims could not be deleted', { cluster: config.name, member: name, error: asError(error).message });
        });
      }
    }
  }
}
