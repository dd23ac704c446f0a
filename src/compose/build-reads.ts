import { createLagSampler, type LagSampler } from '../clusters/lag-sampler.ts';
import type { KeptRecords } from '../clusters/record-reads.ts';
import { createViews, type Views } from '../clusters/view.ts';
import type { Config, EtcdConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { asError } from '../core/errors.ts';
import type { Redact } from '../core/redact.ts';
import type { View } from '../core/view.ts';
import { createEtcd, type Etcd } from '../etcd/client.ts';
import { type ClusterSources, openCluster } from './cluster-sources.ts';
import { within } from '../core/within.ts';
import { tlsMaterial } from '../tls-material.ts';

/** Everything that reads. */
export interface Reads {
  readonly etcds: ReadonlyMap<string, Etcd>;
  readonly clusters: readonly ClusterSources[];
  readonly views: Views;
  /** Of every cluster: for what Trunkline does by itself. */
  readonly everything: View;
  readonly lag: LagSampler;
  /**
   * Opens connections to every cluster, some clusters at a time, so that the first question is quick. Resolves when they stand, or after
   * 3 s: the others go on to connect meanwhile, and what is dead holds no start up. Never rejects.
   */
  warm(): Promise<void>;
  close(): Promise<void>;
}

const WARM_AT_ONCE = 50;
const WARM_WITHIN_MS = 3000;

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly records: KeptRecords;
  /** This process has no worker, so it holds no login that changes anything. */
  readonly readsOnly: boolean;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens etcd and every cluster for reading, and composes the views. Nothing connects before it is asked. */
export function buildReads({ config, secrets, records, readsOnly, redact, clock, log }: Needs): Reads {
  const etcds = new Map(config.etcds.map((etcd) => [etcd.name, openEtcd(etcd, secrets, clock)]));
  const clusters = config.clusters.map((cluster) =>
    openCluster({ config, cluster, secrets, etcd: etcds.get(cluster.etcd ?? ''), readsOnly, redact, clock, log }),
  );
  const parts = clusters.map((cluster) => cluster.parts);
  const lag = createLagSampler({ clusters: parts, clock, log });
  const views = createViews({ clusters: parts, records, lag, clock });
  return {
    etcds,
    clusters,
    views,
    lag,
    everything: views.viewFor(config.clusters.map(({ name }) => name)),
    async warm() {
      const waiting = clusters.values();
      const warmOn = async () => {
        for (const cluster of waiting) await cluster.warm();
      };
      const all = Promise.all(Array.from({ length: WARM_AT_ONCE }, warmOn));
      await within(clock, WARM_WITHIN_MS, all).catch((error: unknown) =>
        log.info('not every cluster is connected to yet', { why: asError(error).message }),
      );
    },
    async close() {
      lag.stop();
      await Promise.all(clusters.map((cluster) => cluster.close()));
      for (const etcd of etcds.values()) etcd.close();
    },
  };
}

function openEtcd({ name, endpoints, username, password, tls }: EtcdConfig, secrets: Secrets, clock: Clock): Etcd {
  return createEtcd({
    endpoints,
    clock,
    ...(username && password ? { username, password: secrets.reveal(password) } : {}),
    ...(tls ? { tls: tlsMaterial(tls, `tls of etcd ${name}`, secrets) } : {}),
  });
}
