import { randomUUID } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Audit } from '../store/audit.ts';
import type { Client } from '../store/client.ts';
import { createGapReports, type GapReports } from '../store/gap-reports.ts';
import { createIncidentActs, type IncidentActs } from '../store/incident-acts.ts';
import { createIncidents, type Incidents } from '../store/incidents.ts';
import { createPatrolLeases, type PatrolLeases } from '../store/patrol-leases.ts';
import { createPeers, type Peers } from '../store/peers.ts';
import { createSignals, type Signals } from '../store/signals.ts';
import { createSilences, type Silences } from '../store/silences.ts';

/** What alerts keep in Redis. */
export interface AlertStores {
  readonly incidents: Incidents;
  readonly signals: Signals;
  readonly acts: IncidentActs;
  readonly silences: Silences;
  /** Who looks at which cluster and etcd. */
  readonly patrolLeases: PatrolLeases;
  readonly peers: Peers;
  readonly gapReports: GapReports;
}

interface Needs {
  readonly config: Pick<Config, 'redis' | 'alerts'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

export function alertStores(redis: Client, { config, audit, clock, log }: Needs): AlertStores {
  const { prefix } = config.redis;
  const { changes, within: withinMs } = config.alerts.flapping;
  const bot = randomUUID();
  return {
    incidents: createIncidents(redis, prefix, log),
    signals: createSignals(redis, { prefix, bot, flapping: { changes, withinMs }, log }),
    acts: createIncidentActs(redis, prefix, audit, log),
    silences: createSilences(redis, prefix, { audit, clock }),
    patrolLeases: createPatrolLeases(redis, { prefix, bot }),
    peers: createPeers(redis, { prefix, bot }),
    gapReports: createGapReports(redis, { prefix, bot, log }),
  };
}
