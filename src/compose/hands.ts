import type { Hands } from '../acts/hands.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { asError, refusal } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import type { Reading } from '../core/reading.ts';
import { redactor } from '../core/redact.ts';
import { createClaims } from '../hosts/claims.ts';
import { layoutOf } from '../hosts/host-layout.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { createPatroniWrites, type PatroniWrites } from '../patroni/patroni-writes.ts';
import { type ClusterSources, restEndpoints } from './cluster-sources.ts';
import { cleanHosts } from './clean-hosts.ts';
import { remoteOf, type RemotePlace } from './remote-of.ts';
import { memberHands } from './member-hands.ts';
import { restHands } from './rest-hands.ts';
import { patroniMember } from './patroni-member.ts';
import { unitHands } from './unit-hands.ts';

/** What can change clusters; made in a worker alone. */
export interface WorkerHands extends Hands {
  close(): void;
}

/** The hands of the acts, with the credentials that write. */
export function createHands(
  clusters: readonly ClusterSources[],
  { secrets, clock, log }: { secrets: Secrets; clock: Clock; log: Log },
): WorkerHands {
  const patroni = new Map(clusters.map(({ config }) => [config.name, writesOf(config, secrets)]));
  const writesTo = (cluster: string): PatroniWrites => {
    const writes = patroni.get(cluster);
    if (writes) return writes;
    throw refusal(`there is no cluster ${cluster}`, 'It was taken out of the configuration.');
  };
  const sshOf = (cluster: string): SshPool => {
    const ssh = clusters.find(({ config }) => config.name === cluster)?.ssh;
    if (ssh) return ssh;
    throw refusal(`${cluster} has no ssh configured`, 'Add ssh to the cluster in the configuration.');
  };
  const members = memberHands(clusters, secrets);
  const stopCleaning = clock.every(
    CLEAN_EVERY_MS,
    () => cleanHosts(clusters, { clock, log }),
    (error) => log.warn('the hosts could not be tidied up', { error: asError(error).message }),
  );
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    patroni: {
      switchover: async (cluster, { leader, candidate }, signal) => writesTo(cluster).switchover({ leader, candidate, signal }),
      failover: async (cluster, { candidate }, signal) => writesTo(cluster).failover({ candidate, signal }),
      rest: restHands(
        (cluster) => writesTo(cluster).rest,
        (cluster) => configOf(clusters, cluster),
      ),
    },
    members,
    hosts: {
      async run(cluster, member, command, signal) {
        const { command: remote, ...how } =
          command.name === 'write patroni configuration'
            ? patroniMember(sourcesIn(clusters, cluster), { member, ...command }, secrets)
            : remoteOf(command, placeIn(clusters, cluster, member));
        return sshOf(cluster).mustRun(member, remote, { signal, ...how });
      },
      claim: async (cluster, member, id, signal) => createClaims(sshOf(cluster)).claim(member, id, signal),
      unit: unitHands(clusters, { sshOf, clock, secrets, redact: redactor(secrets.values) }),
    },
    close() {
      stopCleaning();
      members.close();
      for (const writes of patroni.values()) writes.close();
    },
  };
}

const CLEAN_EVERY_MS = 6 * 3_600_000;

function sourcesIn(clusters: readonly ClusterSources[], cluster: string): ClusterSources {
  const found = clusters.find(({ config }) => config.name === cluster);
  if (found) return found;
  throw refusal(`there is no cluster ${cluster}`, 'It was taken out of the configuration.');
}

function placeIn(clusters: readonly ClusterSources[], cluster: string, name: string): RemotePlace {
  const config = clusters.find((one) => one.config.name === cluster)?.config;
  const member = config?.members.find((one) => one.name === name);
  if (config && member) return { layout: layoutOf(member), patroniFile: config.patroni.configFile };
  throw refusal(`${cluster} has no member ${name}`, 'It was taken out of the configuration.');
}

/** @throws Refusal where there is no DCS to ask. */
async function configOf(clusters: readonly ClusterSources[], cluster: string): Promise<Reading<JsonObject>> {
  const etcd = clusters.find(({ config }) => config.name === cluster)?.parts.etcd;
  if (etcd) return etcd.config();
  throw refusal(`${cluster} has no etcd configured`, 'Add etcd to the cluster in the configuration.');
}

function writesOf(cluster: ClusterConfig, secrets: Secrets): PatroniWrites {
  const { username, password, tls } = cluster.patroni;
  const auth = username && password ? { username, password: secrets.reveal(password) } : undefined;
  return createPatroniWrites({ members: restEndpoints(cluster), auth, tls });
}
