import type { PoolerHands } from '../acts/pooler-hands.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { refusal } from '../core/errors.ts';
import { createPoolerHost, type PoolerHost } from '../hosts/pooler-host.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import type { ClusterSources } from './cluster-sources.ts';
import { adminConsole, poolerTarget } from './pooler-parts.ts';

interface Needs {
  /** @throws Refusal when the cluster has no ssh. */
  readonly sshOf: (cluster: string) => SshPool;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** PgBouncers as acts pause and resume them. */
export function poolerHands(clusters: readonly ClusterSources[], { sshOf, secrets, clock }: Needs): PoolerHands {
  const find = (cluster: string, name: string) => {
    const config = clusters.find((one) => one.config.name === cluster)?.config;
    const pooler = config?.pgbouncers.find((one) => one.name === name);
    if (config?.ssh && pooler) return { pooler, user: config.ssh.user };
    throw refusal(`${cluster} has no PgBouncer ${name}`, 'It was taken out of the configuration.');
  };
  const hostOf = (cluster: string, name: string): PoolerHost => {
    const { pooler, user } = find(cluster, name);
    return createPoolerHost(sshOf(cluster), name, poolerTarget(pooler, user));
  };
  return {
    async arm(cluster, name, unit, signal) {
      const { pooler } = find(cluster, name);
      await hostOf(cluster, name).arm(unit, secrets.reveal(pooler.password), signal);
    },
    pause: async (cluster, name, unit, signal) => hostOf(cluster, name).pause(unit, signal),
    async resume(cluster, name, signal) {
      const { pooler } = find(cluster, name);
      // Either way will do: the console is quicker, the host itself reaches it when we do not.
      await adminConsole(pooler, secrets, clock)
        .resume(pooler.databases)
        .catch(() => hostOf(cluster, name).resume(signal));
    },
    disarm: async (cluster, name, unit, signal) => hostOf(cluster, name).disarm(unit, signal),
  };
}
