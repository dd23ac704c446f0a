import type { Hands } from '../acts/hands.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { refusal } from '../core/errors.ts';
import { createClaims } from '../hosts/claims.ts';
import { checkpoint, patroniLog } from '../hosts/remote-commands.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { createPatroniWrites, type PatroniWrites } from '../patroni/patroni-writes.ts';
import { type ClusterSources, restEndpoints } from './cluster-sources.ts';

/** What can change clusters; made in a worker alone. */
export interface WorkerHands extends Hands {
  close(): void;
}

/** The hands of the acts, with the credentials that write. */
export function createHands(
  clusters: readonly ClusterSources[],
  { secrets, clock }: { secrets: Secrets; clock: Clock },
): WorkerHands {
  const patroni = new Map(clusters.map(({ config }) => [config.name, writesOf(config, secrets)]));
  const sshOf = (cluster: string): SshPool => {
    const ssh = clusters.find(({ config }) => config.name === cluster)?.ssh;
    if (ssh) return ssh;
    throw refusal(`${cluster} has no ssh configured`, 'Add ssh to the cluster in the configuration.');
  };
  return {
    now: () => clock.now(),
    patroni: {
      async switchover(cluster, { leader, candidate }, signal) {
        const writes = patroni.get(cluster);
        if (!writes) throw refusal(`there is no cluster ${cluster}`, 'It was taken out of the configuration.');
        return writes.switchover({ leader, candidate, signal });
      },
    },
    hosts: {
      async run(cluster, member, command, signal) {
        const isLog = command.name === 'patroni log';
        const remote = isLog ? patroniLog(command) : checkpoint();
        return sshOf(cluster).mustRun(member, remote, {
          signal,
          mayRepeat: true,
          timeoutMs: isLog ? 10_000 : CHECKPOINT_WITHIN_MS,
        });
      },
      claim: async (cluster, member, id, signal) => createClaims(sshOf(cluster)).claim(member, id, signal),
    },
    close() {
      for (const writes of patroni.values()) writes.close();
    },
  };
}

/** A checkpoint of a busy server takes minutes; the step's own bound ends it earlier. */
const CHECKPOINT_WITHIN_MS = 30 * 60_000;

function writesOf(cluster: ClusterConfig, secrets: Secrets): PatroniWrites {
  const { username, password, tls } = cluster.patroni;
  const auth = username && password ? { username, password: secrets.reveal(password) } : undefined;
  return createPatroniWrites({ members: restEndpoints(cluster), auth, tls });
}
