import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { networkClause } from '../core/network-clause.ts';
import type { Redact } from '../core/redact.ts';
import { formatDuration } from '../core/units.ts';
import type { Page, PageResult } from '../core/page.ts';
import type { Delivery, Sent, Target } from './target.ts';

export interface WayOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
  /** Told of each delivery's end, for metrics; milliseconds from the wish to it. */
  readonly ended?: (target: string, ok: boolean, millis: number) => void;
  /** Milliseconds in which a page is tried again. */
  readonly patienceMs?: number;
}

const TRY_MS = 10_000;
const PATIENCE_MS = 15 * 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const LEFT_ALONE: Sent = { ok: false, why: 'it wants to be left alone for longer than this would be of use', again: false };

/** The way to one target. */
export interface Way {
  /** Never rejects. */
  tell(page: Page): Promise<PageResult>;
  /** Since when (epoch milliseconds) each page waits that is not delivered. */
  since(): readonly number[];
}

/** Keeps a target's order of each incident, tries again with growing pauses, and leaves it alone for as long as it asks. */
export function createWay(target: Target, options: WayOptions, stop: AbortSignal): Way {
  const { clock, log, redact, ended } = options;
  const tails = new Map<string, Promise<unknown>>();
  const waiting = new Set<{ readonly sinceMs: number }>();
  const at: At = { target, options, stop, closedUntilMs: 0 };
  return {
    since: () => [...waiting].map(({ sinceMs }) => sinceMs),
    async tell(page) {
      const entry = { sinceMs: clock.now() };
      waiting.add(entry);
      const before = tails.get(page.key) ?? Promise.resolve();
      const task = before.then(() => deliver(at, { page, id: randomUUID() }));
      tails.set(page.key, task);
      const sent = await task;
      waiting.delete(entry);
      if (tails.get(page.key) === task) tails.delete(page.key);
      ended?.(target.name, sent.ok, clock.now() - entry.sinceMs);
      if (sent.ok) return { target: target.name, ok: true };
      const why = redact(sent.why);
      log.error('a target was not told of an incident', { target: target.name, incident: page.key, phase: page.phase, why });
      return { target: target.name, ok: false, why };
    },
  };
}

interface At {
  readonly target: Target;
  readonly options: WayOptions;
  readonly stop: AbortSignal;
  closedUntilMs: number;
}
type Parcel = Omit<Delivery, 'signal'>;

async function deliver(at: At, parcel: Parcel): Promise<Sent> {
  const { clock, log, redact, patienceMs = PATIENCE_MS } = at.options;
  const deadline = clock.now() + patienceMs;
  for (let tries = 0; ; tries += 1) {
    if (at.closedUntilMs > deadline) return LEFT_ALONE;
    await pause(at, at.closedUntilMs - clock.now());
    if (at.stop.aborted) return { ok: false, why: 'this process was stopped before it was done', again: false };
    const sent = await once(at, parcel);
    if (sent.ok || !sent.again) return sent;
    at.closedUntilMs = Math.max(at.closedUntilMs, clock.now() + (sent.waitMs ?? 0));
    const millis = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
    if (Math.max(clock.now() + millis, at.closedUntilMs) > deadline) return sent;
    const { key: incident } = parcel.page;
    log.warn('a target was not told yet', { target: at.target.name, incident, tries: tries + 1, why: redact(sent.why) });
    await pause(at, millis);
  }
}

async function pause({ options, stop }: At, millis: number): Promise<void> {
  if (millis > 0 && !stop.aborted) await options.clock.sleep(millis, stop).catch(() => undefined);
}

/** One try with a deadline for the whole of it. */
async function once({ target, options: { clock }, stop }: At, parcel: Parcel): Promise<Sent> {
  const late = new AbortController();
  const done = new AbortController();
  clock.sleep(TRY_MS, done.signal).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    return await target.send({ ...parcel, signal: AbortSignal.any([late.signal, stop]) });
  } catch (error) {
    if (late.signal.aborted) return { ok: false, why: `no answer within ${formatDuration(TRY_MS)}`, again: true };
    return { ok: false, why: networkClause(error) ?? `the connection failed (${asError(error).name})`, again: true };
  } finally {
    done.abort();
  }
}
