import { asError } from '../core/errors.ts';
import type { GapReport } from '../core/gap-report.ts';
import type { Log } from '../core/log.ts';
import type { Signal } from '../core/signal.ts';
import type { DcsSource, DcsSurvey, SignalStore } from './ports.ts';
import type { ScopeBook } from './scope-book.ts';
import { generationOf } from './store-generation.ts';

/** Where a watch stands. */
export interface WatchPlace {
  /** Of the etcd cluster, with a count where it was restored; the ids of signals are made of it. */
  clusterId: string;
  revision: number;
  /** What is not above this happened before the start. */
  head: number;
  /** When something was last heard from etcd, epoch milliseconds. */
  heardMs: number;
  /** When its position was last noted for the store. */
  notedMs: number;
  /** Since when the stream is cut. */
  cutMs?: number;
  /** Signals that came after the last cut. */
  sinceCut: number;
  /** While it is found out whether a cut was a gap; the position does not go on before. */
  judging?: Promise<void>;
  /** What is being caught up, until it is reported. */
  away?: Away;
  /** The store did not say what was processed before: the watch began here, and nothing may be written over that. */
  unreadSince?: number;
}

export interface Away {
  readonly how: GapReport['how'];
  readonly id: string;
  readonly fromMs: number;
  /** When the position was noted after which it begins; every bot that finds this time reads the same, until one has caught up. */
  readonly notedAtMs: number;
  readonly fromRevision: number;
  signals: number;
  ticks: number;
}

interface Needs {
  readonly source: DcsSource;
  readonly store: Pick<SignalStore, 'position'>;
  readonly now: () => number;
  readonly log: Log;
}

export type Position = NonNullable<Awaited<ReturnType<SignalStore['position']>>>;

/** Says what was committed last by any bot; `undefined` when that is nothing, `unknown` when the store does not say. */
export async function positionOf({ source, store, log }: Needs): Promise<Position | undefined | 'unknown'> {
  try {
    return await store.position(source.name);
  } catch (error) {
    log.warn('the store does not say what was processed', { source: source.name, error: asError(error).message });
    return 'unknown';
  }
}

/** The same for whom what the store does not say counts as nothing. */
export async function knownPosition(needs: Needs): Promise<Position | undefined> {
  const position = await positionOf(needs);
  return position === 'unknown' ? undefined : position;
}

/** A time without a watch that begins where any bot processed last; its id is the same for each bot that was away. */
export function awaySince(
  how: GapReport['how'],
  source: string,
  { clusterId, revision, atMs, awayTold = 0 }: Pick<Position, 'clusterId' | 'revision' | 'atMs' | 'awayTold'>,
  fromMs = atMs,
): Away {
  const id = `gap ${source} ${clusterId}-${atMs}`;
  return { ...{ how, id, fromMs, notedAtMs: atMs, fromRevision: revision }, signals: awayTold, ticks: 0 };
}

/** What is committed while it is caught up is no news of a bot that watches, and says how far its report has come. */
export const awayIn = ({ away }: Pick<WatchPlace, 'away'>): Pick<Partial<Position>, 'atMs' | 'awayTold'> =>
  away ? { atMs: away.notedAtMs, awayTold: away.signals } : {};

interface CaughtUp {
  readonly signals: readonly Signal[];
  /** Where to go on. */
  readonly next: number;
  /** What the comparison came to; absent where etcd still has every event. */
  readonly report?: GapReport;
}

/**
 * After a start: goes on after what the store says was processed, or from now with a comparison. When that is not known it goes on from now
 * as well, and begins anew when the store says it.
 */
export async function caughtUp(
  { source, log, now }: Needs,
  book: ScopeBook,
  first: DcsSurvey,
  at: WatchPlace,
  known: Position | undefined | 'unknown',
): Promise<CaughtUp> {
  const position = known === 'unknown' ? undefined : known;
  // Another bot may have processed more since the survey was read: only a read after that can prove that etcd went back.
  const survey = position && position.revision > first.revision ? await source.read() : first;
  const { clusterId, isRestored } = generationOf(survey, position);
  Object.assign(at, { clusterId, head: survey.revision, heardMs: now() });
  if (known === 'unknown') at.unreadSince = survey.revision;
  else delete at.unreadSince;
  if (position) book.restore(position.states);
  if (position && !isRestored) {
    at.revision = position.revision;
    at.away = awaySince('away', source.name, position);
    log.info('the watch goes on', { source: source.name, from: position.revision, to: survey.revision });
    return { signals: [], next: position.revision + 1 };
  }
  at.revision = survey.revision;
  const { signals, unobservable } = book.compare(survey, { clusterId, isSameStore: false });
  const away = position && awaySince('restored', source.name, position);
  const report =
    away && reportOf(away, { source: source.name, untilMs: now(), told: away.signals + signals.length, unobservable });
  return { signals, next: survey.revision + 1, ...(report ? { report } : {}) };
}

/** After the watch was cut so that it can't go on: compares with what any bot processed last. */
export async function resynced(
  needs: Needs,
  book: ScopeBook,
  cause: { readonly why: string; readonly compactRevision?: number },
  at: WatchPlace,
): Promise<{ readonly survey: DcsSurvey; readonly signals: readonly Signal[]; readonly report: GapReport }> {
  const { source, log, now } = needs;
  const stored = await knownPosition(needs);
  const survey = await source.read();
  const own = { clusterId: at.clusterId, revision: at.revision, atMs: at.away?.fromMs ?? at.heardMs, states: {} };
  const isAhead = stored !== undefined && stored.clusterId === at.clusterId && stored.revision > at.revision;
  if (stored && (isAhead || stored.clusterId !== at.clusterId)) book.restore(stored.states);
  const from = stored ?? own;
  const { clusterId, isRestored } = generationOf(survey, from);
  const earlier = at.away;
  Object.assign(at, { clusterId, revision: survey.revision, head: survey.revision, heardMs: now() });
  delete at.away;
  const { signals, unobservable } = book.compare(survey, { clusterId, isSameStore: !isRestored });
  log.warn('the watch was cut and the scopes were compared', { source: source.name, ...cause });
  const how: Away['how'] = isRestored || cause.why !== 'compacted' ? 'restored' : 'compacted';
  const since = awaySince(how, source.name, from);
  // What was still being caught up belongs to it, from its own beginning.
  const restored = earlier ? { ...since, fromMs: Math.min(earlier.fromMs, since.fromMs) } : since;
  const away: Away = earlier && how === 'compacted' ? { ...earlier, how } : restored;
  const told = signals.length + (earlier ?? since).signals;
  return { survey, signals, report: reportOf(away, { source: source.name, untilMs: now(), told, unobservable }) };
}

export function reportOf(
  { how, id, fromMs }: Away,
  rest: Pick<GapReport, 'source' | 'untilMs' | 'told' | 'unobservable'>,
): GapReport {
  return { ...{ how, id, fromMs }, ...rest };
}
