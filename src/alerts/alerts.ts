import { asError } from '../core/errors.ts';
import { createDesk, type Desk } from './desk.ts';
import { startLeftPosts } from './left-posts.ts';
import { createLeaderWatch, type LeaderWatch } from './leader-watch.ts';
import type { DeskOptions } from './live.ts';
import type { DcsSource, IncidentStore, PeerStore, SignalStore } from './ports.ts';
import { type ProbeWatchOptions, startProbeWatch } from './probe-watch.ts';
import { createPatrol, type Patrol, type PatrolOptions } from './patrol.ts';
import type { ScopeState } from './scope-state.ts';
import { startSweep } from './sweep.ts';
import { createToldSilent } from './told-silent.ts';
import { createTurns } from './turns.ts';
import type { GapTelling } from './watch-gaps.ts';

/** One etcd cluster's scopes under one prefix, and the clusters that live there. */
export interface AlertSource {
  readonly source: DcsSource;
  /** Scope with its slashes (`/service/billing/`) -> the cluster's name in the configuration. */
  readonly clusters: ReadonlyMap<string, string>;
}

export interface AlertsOptions extends Omit<DeskOptions, 'signals' | 'incidents'> {
  readonly sources: readonly AlertSource[];
  readonly signals: SignalStore;
  readonly incidents: IncidentStore;
  readonly peers: PeerStore;
  /** The address of a member's host. Absent: what stands still on the host of a lost leader is told beside it. */
  readonly hostOf?: (cluster: string, member: string) => string | undefined;
  readonly gaps?: GapTelling;
  /** Absent: no first message from probes. */
  readonly probes?: Pick<ProbeWatchOptions, 'probeLeader' | 'probeSql' | 'leaseLeft'>;
  /** Absent: nobody looks at the clusters themselves. */
  readonly patrol?: Pick<PatrolOptions, 'posts' | 'leases' | 'everyMs' | 'looked'>;
}

/** All of the alerts of one bot. */
export interface Alerts {
  /** Resolves when every watch that can stand stands; those whose etcd is down go on trying. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What the DCS says of a cluster, as folded from the watch; for health. */
  state(cluster: string): ScopeState | undefined;
  /** Who looks for what lasts; absent where nobody does. */
  readonly patrol?: Pick<Patrol, 'standing'>;
}

const START_WITHIN_MS = 5000;
const TEND_MS = 1000;

export function createAlerts(options: AlertsOptions): Alerts {
  const { sources, signals, incidents, clock, log, probes } = options;
  const watches = new Map<string, LeaderWatch>();
  const facts = { ...options.facts, holder: (cluster: string) => watches.get(cluster)?.holder(cluster) };
  const desk = createDesk({ ...options, facts });
  const turns = createTurns(options);
  const afterOthersMs = () => turns.afterOthersMs();
  const stand = sources.map((one) => ({ ...one, watch: watchOf(options, one, desk, afterOthersMs) }));
  const all = stand.map(({ watch }) => watch);
  for (const { clusters, watch } of stand) for (const name of clusters.values()) watches.set(name, watch);
  const patrol = options.patrol && createPatrol({ ...options.patrol, store: signals, desk, clock, log });
  let stops: readonly (() => void)[] = [];
  return {
    ...(patrol ? { patrol } : {}),
    state: (cluster) => watches.get(cluster)?.state(cluster),
    async start() {
      turns.start();
      const started = Promise.all(all.map((watch) => watch.start()));
      const enough = new AbortController();
      await Promise.race([started, clock.sleep(START_WITHIN_MS, enough.signal).catch(() => undefined)]);
      enough.abort();
      const failed = (error: unknown) => log.error('incidents were not looked after', { error: asError(error).message });
      stops = [startSweep({ store: signals, incidents, desk, clock, log }), clock.every(TEND_MS, () => desk.tick(), failed)];
      patrol?.start();
      if (options.patrol) stops = [...stops, leftPosts(options, options.patrol)];
      if (!probes) return;
      const probing = startProbeWatch({
        ...{ ...probes, clusters: [...watches.keys()], clock, log },
        toldSilent: createToldSilent(incidents, clock),
        state: (cluster) => watches.get(cluster)?.state(cluster),
        clusterId: (cluster) => watches.get(cluster)?.clusterId(),
        add: (cluster, signal) => watches.get(cluster)?.add(signal),
      });
      stops = [...stops, probing];
    },
    async stop() {
      turns.stop();
      for (const stop of stops) stop();
      await patrol?.stop();
      await Promise.all(all.map((watch) => watch.stop()));
      await desk.stop();
    },
  };
}

function leftPosts({ signals: store, ...options }: AlertsOptions, { posts, leases }: NonNullable<AlertsOptions['patrol']>) {
  return startLeftPosts({ ...options, store, leases, posts: posts.map(({ name }) => name) });
}

function watchOf(
  options: AlertsOptions,
  { source, clusters }: AlertSource,
  desk: Desk,
  afterOthersMs: () => number,
): LeaderWatch {
  const { signals: store, facts, clock, log } = options;
  const names = new Set(clusters.values());
  return createLeaderWatch({
    ...{ source, store, desk, facts, clock, log, afterOthersMs },
    clusterOf: (scope) => clusters.get(scope),
    ...(options.hostOf ? { hostOf: options.hostOf } : {}),
    isWatched: (cluster) => names.has(cluster),
    ...(options.gaps ? { gaps: options.gaps } : {}),
  });
}
