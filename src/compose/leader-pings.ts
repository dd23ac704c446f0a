import type { LeaderProbe } from '../alerts/leader-silence.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { createPatroniPing } from '../patroni/patroni-ping.ts';
import { patroniReads, restEndpoints } from './patroni-access.ts';

/** How the probes ask the leaders of all Patroni clusters whether they answer. */
export interface LeaderPings {
  ask(cluster: string, leader: string): Promise<LeaderProbe>;
  close(): void;
}

export function createLeaderPings({ clusters }: Config, secrets: Secrets): LeaderPings {
  const patroni = clusters.filter(({ mode }) => mode === 'patroni');
  const pings = new Map(
    patroni.map((one) => [one.name, createPatroniPing({ members: restEndpoints(one), ...patroniReads(one, secrets) })]),
  );
  return {
    async ask(cluster, leader) {
      const ping = await pings.get(cluster)?.ask(leader);
      return !ping || ping.answered ? { kind: 'answered' } : { kind: 'silent', why: ping.why };
    },
    close() {
      for (const ping of pings.values()) ping.close();
    },
  };
}
