import type { ClusterConfig } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { createClaims } from '../hosts/claims.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { createUnits } from '../hosts/units.ts';

interface Named {
  readonly name: string;
}

/** What is needed of a cluster to tidy up its hosts. */
interface Cluster {
  readonly config: Pick<ClusterConfig, 'name'> & { readonly members: readonly Named[]; readonly pgbouncers: readonly Named[] };
  readonly ssh?: SshPool;
}

/**
 * Deletes the claims of long ago on the hosts of members and of PgBouncers, and the results of long work on those of members, where
 * alone there is any; one host after the other. A host that fails is logged and left.
 */
export async function cleanHosts(
  clusters: readonly Cluster[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  for (const { config, ssh } of clusters) {
    if (!ssh) continue;
    const claims = createClaims(ssh);
    const units = createUnits({ ssh, layouts: new Map(), clock });
    const of = (hosts: readonly Named[], ...kept: readonly { clean(host: string): Promise<void> }[]) =>
      hosts.flatMap(({ name }) => kept.map((one) => ({ name, clean: () => one.clean(name) })));
    for (const { name, clean } of [...of(config.members, claims, units), ...of(config.pgbouncers, claims)]) {
      await clean().catch((error: unknown) => {
        log.warn('old claims could not be deleted', { cluster: config.name, host: name, error: asError(error).message });
      });
    }
  }
}
