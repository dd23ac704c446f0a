import type { Clock } from '../core/clock.ts';
import { bug } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Outage } from '../core/run.ts';
import { postgresClause } from './postgres-clause.ts';
import type { PostgresLogin } from './postgres-login.ts';
import { createProbeConnection, type Writer } from './probe-write.ts';
import { type GapKeeper, gapKeeper, reasonToStop, type WriteGap } from './write-gap.ts';

/**
 * Measures an outage of writes through the address that applications write to: one row of a database of its own, on one connection, at
 * most 20 times a second, and only between start and stop. Not for standby clusters, which take no writes.
 */
export interface WriteProbe {
  /** True once a first write was confirmed; false when none was within 3 s (the probe goes on trying). `run` is kept in the row. */
  start(run: string): Promise<boolean>;
  /** Ends it and says what it saw; safe to call twice. */
  stop(): Promise<ProbeResult>;
  sight(): ProbeSight;
}

/** What a probe has seen so far. */
export interface ProbeSight {
  readonly last: Writer | undefined;
  /** When that write was confirmed, epoch milliseconds. */
  readonly lastAtMs: number | undefined;
  /** The first write that was confirmed, and the first that failed, epoch milliseconds. */
  readonly firstAtMs: number | undefined;
  readonly firstFailedAtMs: number | undefined;
  /** The largest gap between two confirmed writes that is told from none. */
  readonly gap: WriteGap | undefined;
  readonly gapResolutionMs: number;
  /** Why it stopped by itself. */
  readonly stopped: string | undefined;
  /** The last failure, as a clause. */
  readonly lastFailure: string | undefined;
  readonly measuredAt: string;
}

export interface ProbeResult {
  /** The largest gap between two confirmed writes, if one was longer than three intervals. */
  readonly outage?: Outage;
  /** Since then (epoch ms) no write was confirmed until the stop: an outage whose end was not seen. */
  readonly stillOutSinceMs?: number;
  readonly writes: number;
  readonly failures: number;
  /** Who took the first and the last write. */
  readonly first?: Writer;
  readonly last?: Writer;
  /** Why it stopped by itself: two primaries, another cluster. */
  readonly stopped?: string;
  /** The last failure, as a clause. */
  readonly lastFailure?: string;
  readonly resolutionMs: number;
  /** The longest gap that is not told from none. */
  readonly gapResolutionMs: number;
  readonly measuredAt: string;
}

interface Seen {
  gaps: GapKeeper;
  writes: number;
  failures: number;
  first?: Writer;
  firstAtMs?: number;
  firstFailedAtMs?: number;
  last?: Writer;
  stopped?: string;
  lastFailure?: string;
}

const FASTEST_MS = 50;
const RETRY_MS = 50;
/** A gap of so many intervals is jitter. */
const JITTER = 3;
const TIMEOUT_MS = 1000;
const FIRST_WRITE_MS = 3000;

/** `intervalMs` is at least 50. `systemId`: stops at the first write that another cluster takes. */
export function createWriteProbe(options: {
  readonly login: PostgresLogin;
  readonly clock: Clock;
  readonly log: Log;
  readonly systemId?: string;
  readonly intervalMs?: number;
}): WriteProbe {
  const { login, clock, log } = options;
  const intervalMs = Math.max(FASTEST_MS, options.intervalMs ?? FASTEST_MS);
  const measuredAt = `${login.host}:${login.port}`;
  let seen = nothingSeen(intervalMs);
  let end: AbortController | undefined;
  let ended: Promise<void> = Promise.resolve();

  async function writeUntil(signal: AbortSignal, run: string, onFirst: () => void): Promise<void> {
    const connection = createProbeConnection(login, TIMEOUT_MS);
    signal.addEventListener('abort', () => connection.close(), { once: true });
    while (!signal.aborted && seen.stopped === undefined) {
      const beganMs = clock.now();
      const writer = await connection.write(run).catch((error: unknown) => {
        if (!signal.aborted) failed(seen, clock.now(), postgresClause(error, { ...login, timeoutMs: TIMEOUT_MS }));
        return undefined;
      });
      if (writer && succeeded(seen, writer, clock.now(), options.systemId)) onFirst();
      const wait = writer ? beganMs + intervalMs - clock.now() : RETRY_MS;
      await clock.sleep(Math.max(0, wait), signal).catch(() => undefined);
    }
    connection.close();
    if (seen.stopped !== undefined) log.error('write probe stopped by itself', { why: seen.stopped, measuredAt });
  }

  return {
    async start(run) {
      if (end && !end.signal.aborted) throw bug('the write probe is running already');
      seen = nothingSeen(intervalMs);
      const stop = new AbortController();
      end = stop;
      const first = new Promise<boolean>((resolve) => {
        ended = writeUntil(stop.signal, run, () => resolve(true));
        ended.then(
          () => resolve(false),
          () => resolve(false),
        );
      });
      const late = clock.sleep(FIRST_WRITE_MS, stop.signal).catch(() => undefined);
      return Promise.race([first, late.then(() => false)]);
    },
    async stop() {
      end?.abort();
      await ended;
      return told(seen, intervalMs, measuredAt, clock.now());
    },
    sight: () => sightOf(seen, intervalMs, measuredAt),
  };
}

function sightOf(seen: Seen, intervalMs: number, measuredAt: string): ProbeSight {
  const { gaps, last, firstAtMs, firstFailedAtMs, stopped, lastFailure } = seen;
  const gap = gaps.largest();
  return {
    ...{ measuredAt, last, lastAtMs: gaps.lastGoodAtMs(), stopped, lastFailure },
    ...{ firstAtMs, firstFailedAtMs, gap, gapResolutionMs: JITTER * intervalMs },
  };
}

function nothingSeen(intervalMs: number): Seen {
  return { gaps: gapKeeper(JITTER * intervalMs), writes: 0, failures: 0 };
}

function succeeded(seen: Seen, writer: Writer, atMs: number, systemId: string | undefined): boolean {
  const stop = reasonToStop(seen.last, writer, systemId);
  if (stop !== undefined) {
    seen.stopped = stop;
    return false;
  }
  seen.gaps.good(atMs);
  seen.writes += 1;
  seen.first ??= writer;
  seen.firstAtMs ??= atMs;
  seen.last = writer;
  return true;
}

function failed(seen: Seen, atMs: number, why: string): void {
  seen.failures += 1;
  seen.firstFailedAtMs ??= atMs;
  seen.lastFailure = why;
}

function told(seen: Seen, resolutionMs: number, measuredAt: string, nowMs: number): ProbeResult {
  const { gaps, writes, failures, first, last, stopped, lastFailure } = seen;
  const gap = gaps.largest();
  const lastGood = gaps.lastGoodAtMs();
  const stillOut = lastGood !== undefined && nowMs - lastGood > JITTER * resolutionMs && failures > 0;
  return {
    writes,
    failures,
    resolutionMs,
    gapResolutionMs: JITTER * resolutionMs,
    measuredAt,
    ...(gap ? { outage: { ...outageOf(gap), failedWrites: failures, resolutionMs, measuredAt } } : {}),
    ...(stillOut ? { stillOutSinceMs: lastGood } : {}),
    ...(first ? { first } : {}),
    ...(last ? { last } : {}),
    ...(stopped === undefined ? {} : { stopped }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}

const outageOf = ({ lastGoodAtMs, firstGoodAtMs }: WriteGap) => ({
  lastGoodWriteAtMs: lastGoodAtMs,
  firstGoodWriteAtMs: firstGoodAtMs,
});
