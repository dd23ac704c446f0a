import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { asError } from '../core/errors.ts';
import type { Signal } from '../core/signal.ts';
import { formatDuration } from '../core/units.ts';
import type { ScopeState } from './scope-state.ts';

/** What one question to the leader came to. A slow answer is an answer. */
export type LeaderProbe =
  | { readonly kind: 'answered' }
  /** Refused, unreachable or no answer within the probe's time; `why` is a clause. */
  | { readonly kind: 'silent'; readonly why: string };

export interface ProbeWatchOptions {
  /** Names of the clusters to look after. */
  readonly clusters: readonly string[];
  /** Asks the leader by Patroni's REST API; never rejects, answers within 2 s. */
  probeLeader(cluster: string, leader: string): Promise<LeaderProbe>;
  /** Asks the leader by SQL; only after REST was silent. Never rejects. */
  probeSql(cluster: string, leader: string): Promise<LeaderProbe>;
  state(cluster: string): ScopeState | undefined;
  /** For the signals' ids; undefined until etcd was read. */
  clusterId(cluster: string): string | undefined;
  add(cluster: string, signal: Signal): void;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
  /** The shortest time of silence that is told. */
  readonly silentMs?: number;
  readonly failures?: number;
}

interface Silence {
  readonly leader: string;
  readonly leaderRevision: number;
  readonly sinceMs: number;
  failures: number;
  told?: Signal;
}

/**
 * Tells that a leader does not answer before the DCS knows it. Only hard failures count (refused, no answer), several in a row over
 * some seconds, and SQL must fail too: a slow answer never pages. The DCS's own signals then join the same incident; an answer
 * before that ends it. Returns what stops it.
 */
export function startProbeWatch(options: ProbeWatchOptions): () => void {
  const { clusters, clock, log, everyMs = 1000 } = options;
  const silences = new Map<string, Silence>();
  const failed = (error: unknown) => log.warn('a leader could not be probed', { error: asError(error).message });
  const stops = clusters.map((cluster) => clock.every(everyMs, () => probeOnce(options, silences, cluster), failed));
  return () => {
    for (const stop of stops) stop();
  };
}

async function probeOnce(options: ProbeWatchOptions, silences: Map<string, Silence>, cluster: string): Promise<void> {
  const { leader, leaderRevision } = options.state(cluster) ?? {};
  const silence = silences.get(cluster);
  if (leader === undefined || leaderRevision === undefined) {
    silences.delete(cluster);
    return;
  }
  if (silence && silence.leaderRevision !== leaderRevision) silences.delete(cluster);
  const startedAtMs = options.clock.now();
  const rest = await options.probeLeader(cluster, leader);
  if (options.state(cluster)?.leaderRevision !== leaderRevision) return;
  if (rest.kind === 'answered') return heard(options, silences, cluster);
  const known = silences.get(cluster) ?? { leader, leaderRevision, sinceMs: startedAtMs, failures: 0 };
  known.failures += 1;
  silences.set(cluster, known);
  if (!known.told && longEnough(options, known)) await confirm(options, cluster, known, rest.why);
}

function longEnough({ clock, silentMs = 3000, failures = 3 }: ProbeWatchOptions, silence: Silence): boolean {
  return silence.failures >= failures && clock.now() - silence.sinceMs >= silentMs;
}

async function confirm(options: ProbeWatchOptions, cluster: string, silence: Silence, why: string): Promise<void> {
  const sql = await options.probeSql(cluster, silence.leader);
  const state = options.state(cluster);
  const clusterId = options.clusterId(cluster);
  if (sql.kind === 'answered' || clusterId === undefined || state?.leaderRevision !== silence.leaderRevision) return;
  const { leader, leaderRevision, sinceMs } = silence;
  const nowMs = options.clock.now();
  const left = Math.max(0, state.ttlS * 1000 - (nowMs - sinceMs));
  const acts = state.paused
    ? 'Patroni is paused and will not act'
    : `Patroni acts in about ${formatDuration(Math.round(left / 1000) * 1000)}`;
  silence.told = {
    ...{
      id: `${clusterId}-${leaderRevision}-${cluster}-silent-${Math.floor(sinceMs / 60_000)}`,
      cluster,
      revision: 0,
      atMs: nowMs,
    },
    ...{ kind: 'silent', cause: 'unknown', from: leader },
    ...(state.timeline === undefined ? {} : { timeline: state.timeline }),
    says: `the leader ${leader} has not answered for ${formatDuration(nowMs - sinceMs)}; ${acts}`,
    evidence: `REST: ${why}; SQL: ${sql.why}; ttl ${state.ttlS} s`,
  };
  options.add(cluster, silence.told);
}

function heard(options: ProbeWatchOptions, silences: Map<string, Silence>, cluster: string): void {
  const silence = silences.get(cluster);
  silences.delete(cluster);
  if (!silence?.told) return;
  const { told, leader, sinceMs } = silence;
  const atMs = options.clock.now();
  const says = `the leader ${leader} answers again after ${formatDuration(atMs - sinceMs)}`;
  const { evidence: _, ...rest } = told;
  options.add(cluster, { ...rest, id: `${told.id}-heard`, kind: 'heard', atMs, says });
}
