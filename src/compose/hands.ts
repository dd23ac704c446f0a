import type { Hands } from '../acts/hands.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { asError, refusal } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { redactor } from '../core/redact.ts';
import { layoutOf } from '../hosts/host-layout.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import type { ClusterSources } from './cluster-sources.ts';
import { claimHands } from './claim-hands.ts';
import { cleanHosts } from './clean-hosts.ts';
import { haproxyHands } from './haproxy-hands.ts';
import { poolerHands } from './pooler-hands.ts';
import { patroniHands } from './patroni-hands.ts';
import { remoteOf, type RemotePlace } from './remote-of.ts';
import { memberHands } from './member-hands.ts';
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
  const patroni = patroniHands(clusters, secrets);
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
    patroni,
    members,
    hosts: {
      async run(cluster, member, command, signal) {
        const { command: remote, ...how } =
          command.name === 'write patroni configuration'
            ? patroniMember(sourcesIn(clusters, cluster), { member, ...command }, secrets)
            : remoteOf(command, placeIn(clusters, cluster, member));
        return sshOf(cluster).mustRun(member, remote, { signal, ...how });
      },
      ...claimHands(sshOf),
      unit: unitHands(clusters, { sshOf, clock, secrets, redact: redactor(secrets.values) }),
    },
    proxies: haproxyHands(clusters, sshOf),
    poolers: poolerHands(clusters, { sshOf, secrets, clock }),
    close() {
      stopCleaning();
      members.close();
      patroni.close();
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
