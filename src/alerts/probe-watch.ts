import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Signal } from '../core/signal.ts';
import { formatDuration } from '../core/units.ts';
import { isSuspect, type LeaderProbe, type LeaderSilence, newSilence, note } from './leader-silence.ts';
import type { ScopeState } from './scope-state.ts';

export interface ProbeWatchOptions {
  /** Names of the clusters to look after. */
  readonly clusters: readonly string[];
  /** Asks the leader by Patroni's REST API; never rejects, answers within 2.5 s. */
  probeLeader(cluster: string, leader: string): Promise<LeaderProbe>;
  /** Asks the leader by SQL; only when REST is silent or slow. Never rejects, answers within 2.5 s. */
  probeSql(cluster: string, leader: string): Promise<LeaderProbe>;
  /** Who holds the leader key and what its lease has left, in seconds; `undefined` when etcd does not say. Never rejects. */
  leaseLeft?(cluster: string): Promise<{ readonly holder?: string; readonly leftS?: number } | undefined>;
  /**
   * Since when (epoch milliseconds) the leader is told to be silent by what another bot, or this one before it was frozen, began to tell;
   * `undefined` when it is not. May reject.
   */
  toldSilent?(cluster: string, leader: string): Promise<number | undefined>;
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

const EVERY_MS = 1000;
/** Of one leader, each ends by itself; more would take the connections to it away from others who ask. */
const MOST_PENDING = 2;
/** The first questions to many leaders are spread over so many parts of a second. */
const SPREAD = 20;

/**
 * Tells that a leader does not answer before the DCS knows it: within 6 s of the death of its host. A question is asked every second, also
 * while earlier ones wait for their answer. Only hard failures count (refused, no answer), several in a row over some seconds, and SQL
 * must fail too: a slow answer never pages. The DCS's own signals then join the same incident; an answer before that ends it. Returns
 * what stops it.
 */
export function startProbeWatch(options: ProbeWatchOptions): () => void {
  const { log, everyMs = EVERY_MS } = options;
  const stops = options.clusters.map((cluster, i) => {
    const stopped = new AbortController();
    const of: Probed = { cluster, options, tickMs: 0, silence: undefined };
    const firstMs = Math.floor(((i % SPREAD) * everyMs) / SPREAD);
    probeOn(of, firstMs, stopped.signal).catch((error: unknown) => {
      if (!stopped.signal.aborted) log.error('a leader is not probed any more', { cluster, error: asError(error).stack });
    });
    return stopped;
  });
  return () => {
    for (const stop of stops) stop.abort();
  };
}

interface Probed {
  readonly cluster: string;
  readonly options: ProbeWatchOptions;
  /** When the last question was due. */
  tickMs: number;
  silence: LeaderSilence | undefined;
}

async function probeOn(of: Probed, firstMs: number, stop: AbortSignal): Promise<void> {
  const { clock, log, everyMs = EVERY_MS } = of.options;
  const failed = (error: unknown) => log.warn('a leader could not be probed', { error: asError(error).message });
  await clock.sleep(firstMs, stop);
  of.tickMs = clock.now();
  while (!stop.aborted) {
    // Frozen meanwhile: what was asked before the freeze proves nothing.
    if (isLate(of)) of.silence = undefined;
    of.tickMs = clock.now();
    const silence = currentSilence(of);
    if (silence && silence.pending.size < MOST_PENDING) askRest(of, silence).catch(failed);
    if (silence && isSuspect(silence, clock.now(), everyMs)) askBeside(of, silence).catch(failed);
    await clock.sleep(everyMs, stop);
  }
}

/** A process that was stopped, or starved, takes answers that it has not read yet for missing. */
function isLate({ options: { clock, everyMs = EVERY_MS }, tickMs }: Probed): boolean {
  return clock.now() - tickMs > 2.5 * everyMs;
}

/** Begins anew with each leadership. */
function currentSilence(of: Probed): LeaderSilence | undefined {
  const { leader, leaderRevision } = of.options.state(of.cluster) ?? {};
  if (leader === undefined || leaderRevision === undefined) of.silence = undefined;
  else if (of.silence?.leaderRevision !== leaderRevision) of.silence = newSilence(leader, leaderRevision);
  return of.silence;
}

/** It is the silence that was asked about, and the process did not sleep. */
function stillCounts(of: Probed, silence: LeaderSilence): boolean {
  return of.silence === silence && currentSilence(of) === silence && !isLate(of);
}

async function askRest(of: Probed, silence: LeaderSilence): Promise<void> {
  const { options, cluster } = of;
  const askedAtMs = options.clock.now();
  silence.pending.add(askedAtMs);
  const sinceMs = silence.sinceMs;
  const probe = await options.probeLeader(cluster, silence.leader);
  silence.pending.delete(askedAtMs);
  if (!stillCounts(of, silence) || !note(silence, askedAtMs, probe)) return;
  if (probe.kind === 'silent') return judge(of, silence);
  if (silence.told) return heard(of, silence, silence.told, silence.toldSinceMs ?? sinceMs ?? askedAtMs);
  if (!silence.askedTold) await endLeft(of, silence);
}

/** Whoever told the silence may be dead, or have been frozen: the first answer to another one ends it as well. */
async function endLeft(of: Probed, silence: LeaderSilence): Promise<void> {
  const { toldSilent, state, clusterId, log } = of.options;
  if (!toldSilent) return;
  silence.askedTold = true;
  const { leader, leaderRevision } = silence;
  const sinceMs = await toldSilent(of.cluster, leader).catch((error: unknown) => {
    silence.askedTold = false;
    log.debug('the store does not say who is told to be silent', { cluster: of.cluster, error: asError(error).message });
    return undefined;
  });
  if (sinceMs === undefined || silence.told || !stillCounts(of, silence)) return;
  const { timeline } = state(of.cluster) ?? {};
  const left: Signal = {
    id: `${clusterId(of.cluster)}-${leaderRevision}-${of.cluster}-silent-${Math.floor(sinceMs / 60_000)}`,
    ...{ cluster: of.cluster, revision: 0, atMs: sinceMs, kind: 'silent', cause: 'unknown', from: leader, says: '' },
    ...(timeline === undefined ? {} : { timeline }),
  };
  heard(of, silence, left, sinceMs);
}

/** By SQL, and what the lease has left, beside each other; once at a time. */
async function askBeside(of: Probed, silence: LeaderSilence): Promise<void> {
  if (silence.askingSql || silence.told) return;
  silence.askingSql = true;
  const askedAtMs = of.options.clock.now();
  askLease(of, silence);
  try {
    const probe = await of.options.probeSql(of.cluster, silence.leader);
    if (!stillCounts(of, silence) || askedAtMs < silence.answeredAtMs) return;
    silence.sql = probe;
    judge(of, silence);
  } finally {
    silence.askingSql = false;
  }
}

/** Nothing waits for it: without an answer the ttl bounds what is told. */
function askLease({ options, cluster }: Probed, silence: LeaderSilence): void {
  const { clock, leaseLeft, log } = options;
  if (!leaseLeft) return;
  const note = async () => {
    const lease = await leaseLeft(cluster);
    if (lease?.holder !== silence.leader || lease.leftS === undefined) return;
    silence.lease = { leftMs: lease.leftS * 1000, atMs: clock.now() };
  };
  note().catch((error: unknown) => log.warn('the lease of a leader could not be read', { error: asError(error).message }));
}

function judge(of: Probed, silence: LeaderSilence): void {
  const { clock, silentMs = 3000, failures = 2, state, clusterId, add } = of.options;
  const { sinceMs, sql, told } = silence;
  const nowMs = clock.now();
  if (told || sinceMs === undefined || silence.failures < failures || nowMs - sinceMs < silentMs) return;
  const now = state(of.cluster);
  const id = clusterId(of.cluster);
  if (sql?.kind !== 'silent' || id === undefined || !now) return;
  const { leader, leaderRevision, why } = silence;
  silence.toldSinceMs = sinceMs;
  silence.told = {
    id: `${id}-${leaderRevision}-${of.cluster}-silent-${Math.floor(sinceMs / 60_000)}`,
    ...{ cluster: of.cluster, revision: 0, atMs: nowMs, kind: 'silent', cause: 'unknown', from: leader },
    ...(now.timeline === undefined ? {} : { timeline: now.timeline }),
    says: `the leader ${leader} has not answered for ${formatDuration(nowMs - sinceMs)}; ${whatComes(silence, now, nowMs)}`,
    evidence: `REST: ${why}; SQL: ${sql.why}; ttl ${now.ttlS} s`,
  };
  add(of.cluster, silence.told);
}

/** When the lease ends, by etcd or else by the ttl; etcd may let a lease live some seconds longer than it says. */
function whatComes({ lease, sinceMs = 0 }: LeaderSilence, { ttlS, paused }: ScopeState, nowMs: number): string {
  if (paused) return 'Patroni is paused and will not act';
  const leftMs = lease ? lease.leftMs - (nowMs - lease.atMs) : ttlS * 1000 - (nowMs - sinceMs);
  const left = formatDuration(Math.max(0, Math.round(leftMs / 1000)) * 1000);
  return `its lease ends in ${lease ? '' : 'at most '}about ${left}, then Patroni acts`;
}

function heard(of: Probed, silence: LeaderSilence, told: Signal, sinceMs: number): void {
  const atMs = of.options.clock.now();
  const says = `the leader ${silence.leader} answers again after ${formatDuration(atMs - sinceMs)}`;
  const { evidence: _, ...rest } = told;
  delete silence.told;
  delete silence.toldSinceMs;
  of.options.add(of.cluster, { ...rest, id: `${told.id}-heard`, kind: 'heard', atMs, says });
}
