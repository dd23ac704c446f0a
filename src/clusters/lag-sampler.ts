import type { Clock } from '../core/clock.ts';
import type { SqlMember, Standby } from '../core/cluster.ts';
import type { LagSample } from '../core/lag-sample.ts';
import type { Log } from '../core/log.ts';
import { bounded } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** Keeps the lag of the last minutes for charts; it answers no question about now. */
export interface LagSampler {
  /** Oldest first, at most 10 minutes. */
  history(cluster: string): readonly LagSample[];
  /** Takes a sample of every cluster, one after the other, and again every 5 s; with more than 100 clusters as much less often. */
  start(): void;
  stop(): void;
}

const EVERY_MS = 5000;
/** So many milliseconds a cluster at least, so that a thousand of them leave the process time for more than charts. */
const EACH_MS = 50;
const KEPT = 120;

export function createLagSampler(options: {
  readonly clusters: readonly ClusterParts[];
  readonly clock: Clock;
  readonly log: Log;
}): LagSampler {
  const { clusters, clock, log } = options;
  const rings = new Map<string, LagSample[]>(clusters.map(({ info }) => [info.name, []]));
  let stops: (() => void)[] = [];

  async function sample(parts: ClusterParts): Promise<void> {
    const taken = await lagSample(parts, clock);
    const ring = rings.get(parts.info.name);
    if (!taken || !ring) return;
    ring.push(taken);
    if (ring.length > KEPT) ring.shift();
  }

  /** A thousand samples in one moment would hold everything else up. */
  function startOne(parts: ClusterParts, firstMs: number, everyMs: number): () => void {
    const stopped = new AbortController();
    const failed = (error: unknown) => log.error('lag sample failed', { cluster: parts.info.name, error });
    const start = () => {
      sample(parts).catch(failed);
      stop = clock.every(everyMs, () => sample(parts), failed);
    };
    let stop: () => void = () => stopped.abort();
    if (firstMs === 0) start();
    else clock.sleep(firstMs, stopped.signal).then(start, () => undefined);
    return () => stop();
  }

  return {
    history: (cluster) => [...(rings.get(cluster) ?? [])],
    start() {
      if (stops.length > 0) return;
      const everyMs = Math.max(EVERY_MS, clusters.length * EACH_MS);
      stops = clusters.map((parts, i) => startOne(parts, i * EACH_MS, everyMs));
    },
    stop() {
      for (const stop of stops) stop();
      stops = [];
    },
  };
}

/**
 * One sample as the primary sees it: of several that say they are one, the highest timeline. `undefined` while there is none. A member
 * without a replication row is not streaming, which is no value and never 0. A streaming standby without a time is idle: PostgreSQL
 * clears replay_lag when nothing is written (monitoring.sgml).
 */
export async function lagSample({ info, sql }: ClusterParts, clock: Clock): Promise<LagSample | undefined> {
  const atMs = clock.now();
  const readings = await Promise.all(
    info.members.map(async (member) => ({
      member,
      reading: await bounded(clock, `SQL on ${member.name}`, () => sql.member(member.name)),
    })),
  );
  const [primary] = readings
    .flatMap(({ member, reading }) => (reading.ok && !reading.value.inRecovery ? [{ member, sql: reading.value }] : []))
    .sort((a, b) => b.sql.timeline - a.sql.timeline);
  if (!primary) return undefined;
  const others = info.members.filter(({ name }) => name !== primary.member.name);
  const { writeLsn, clientConnections } = primary.sql;
  const seen = {
    name: primary.member.name,
    ...(writeLsn === undefined ? {} : { writeLsn }),
    ...(clientConnections === undefined ? {} : { clientConnections }),
  };
  return { atMs, primary: seen, replay: Object.fromEntries(others.map((member) => [member.name, lagOf(member, primary.sql)])) };
}

function lagOf(member: { readonly name: string; readonly host: string }, primary: SqlMember): LagSample['replay'][string] {
  const standby = standbyOf(member, primary.standbys);
  if (standby?.state !== 'streaming' || standby.replayLsn === undefined || primary.writeLsn === undefined) return undefined;
  return { bytes: Math.max(0, primary.writeLsn - standby.replayLsn), ms: standby.replayLagMs ?? 0 };
}

/** Patroni's standbys name themselves by their member name; plain ones may not, and are known by their address. */
function standbyOf(member: { readonly name: string; readonly host: string }, standbys: readonly Standby[]): Standby | undefined {
  return standbys.find(({ name }) => name === member.name) ?? standbys.find(({ address }) => address === member.host);
}
