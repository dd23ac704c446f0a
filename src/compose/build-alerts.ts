import { type Alerts, type AlertSource, createAlerts } from '../alerts/alerts.ts';
import type { LeaderProbe } from '../alerts/probe-watch.ts';
import type { Chat } from '../chat/chat.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Reading } from '../core/reading.ts';
import { createScopeSource } from '../etcd/dcs-source.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { JournalStore } from '../store/journal.ts';
import type { Runs } from '../store/runs.ts';
import { alertChat, createAlertFacts } from './alert-facts.ts';
import type { Reads } from './build-reads.ts';
import type { StoreParts } from './build-store.ts';
import { scopePrefix } from './cluster-sources.ts';

interface Needs {
  readonly config: Config;
  readonly reads: Reads;
  readonly chat: Chat;
  readonly runs: Pick<Runs, 'list' | 'get'>;
  readonly journal: Pick<JournalStore, 'read'>;
  readonly stored: Pick<StoreParts, 'signals' | 'incidents' | 'acts' | 'silences'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Alerts, and whether their watches stand. */
export interface WatchingAlerts extends Alerts {
  /** The watches that were cut and do not stand again yet: the etcd and why. */
  cut(): readonly string[];
}

/** The watch of every etcd, the probes of every leader, and the incidents that come of them. */
export function buildAlerts({ config, reads, chat, runs, journal, stored, metrics, clock, log }: Needs): WatchingAlerts {
  const cut = new Map<string, string>();
  const cluster = (name: string) => reads.clusters.find((one) => one.config.name === name);
  const alerts = createAlerts({
    sources: sourcesOf(config, reads, log, cut),
    chat: alertChat(chat),
    facts: createAlertFacts({ view: reads.everything, runs, journal, chat }),
    ...stored,
    quietMs: config.alerts.flapping.within,
    hostOf: (name, member) => cluster(name)?.config.members.find((one) => one.name === member)?.host,
    channel: config.channels.alerts,
    clock,
    log,
    accepted(signal, atMs) {
      metrics.leaderChange({ cluster: signal.cluster, kind: signal.kind });
      metrics.alertDelay(Math.max(0, atMs - signal.atMs) / 1000);
    },
    probes: {
      probeLeader: async (name, leader) => heard(await cluster(name)?.patroni?.member(leader)),
      probeSql: async (name, leader) => heard(await cluster(name)?.postgres.member(leader)),
    },
  });
  return { ...alerts, cut: () => [...cut].map(([name, why]) => `${name}: ${why}`) };
}

/** One watch for each namespace of each etcd, however many clusters live there. */
function sourcesOf(config: Config, { etcds }: Reads, log: Log, cut: Map<string, string>): readonly AlertSource[] {
  return [...etcds].flatMap(([name, etcd]) => {
    const clusters = config.clusters.filter((one) => one.mode === 'patroni' && one.etcd === name);
    return [...new Set(clusters.map(namespaceOf))].map((prefix) => ({
      source: createScopeSource(etcd, {
        name,
        prefix,
        log,
        state({ endpoint, connected, why = 'the stream ended' }) {
          const watch = `${name}${prefix}`;
          if (connected) log.info('etcd watch stands', { watch, endpoint });
          if (connected) cut.delete(watch);
          else cut.set(watch, why);
        },
      }),
      clusters: new Map(clusters.filter((one) => namespaceOf(one) === prefix).map((one) => [scopePrefix(one), one.name])),
    }));
  });
}

function namespaceOf({ namespace }: { readonly namespace: string }): string {
  return namespace.endsWith('/') ? namespace : `${namespace}/`;
}

/** An answer of any kind is one; only silence counts. */
function heard(reading: Reading<unknown> | undefined): LeaderProbe {
  if (!reading || reading.ok) return { kind: 'answered' };
  return { kind: 'silent', why: reading.why };
}
