import type { Clock } from '../core/clock.ts';
import type { GapReport } from '../core/gap-report.ts';
import type { Log } from '../core/log.ts';
import { awaySince, knownPosition, reportOf, type WatchPlace } from './catch-up.ts';
import { countUnobservable } from './gap-report.ts';
import type { DcsSource, SignalStore } from './ports.ts';

/** Where times without a watch are told, however short. */
export interface GapTelling {
  /** As far as it is known: told, as unfinished, only if this bot ends before `over`. */
  begun(report: GapReport): void;
  over(report: GapReport): void;
  /** It turned out to be a part of another one. */
  dropped(id: string): void;
  /** Resolves when the store has all of that, so that the position may go on past it. @throws when the store does not answer. */
  kept(): Promise<void>;
}

/** What it takes to tell of a time without a watch. */
export interface WatchGapNeeds {
  readonly source: DcsSource;
  readonly store: Pick<SignalStore, 'position'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly gaps?: GapTelling;
}

/** A stream that moves to another endpoint is no gap. */
const CUT_MS = 5000;

/** A watch that was cut goes on where it was; only when no bot saw anything meanwhile is it a gap. */
export async function reconnected(options: WatchGapNeeds, at: WatchPlace): Promise<void> {
  const { clock, source } = options;
  const { cutMs, revision, clusterId } = at;
  delete at.cutMs;
  if (cutMs === undefined || at.away || clock.now() - cutMs < CUT_MS) return;
  const position = await knownPosition({ ...options, now: () => clock.now() });
  if (at.away || (position && position.revision > revision)) return;
  const since = position ?? { clusterId, revision, atMs: cutMs };
  at.away = awaySince('cut', source.name, { ...since, clusterId, revision }, Math.max(cutMs, since.atMs));
  at.away.signals = at.sinceCut;
  beginAway(options, at);
}

/** What is known so far of what is being caught up is kept before the position goes on: this bot may die before it has seen the rest. */
export function beginAway({ source, clock, gaps }: WatchGapNeeds, { away }: WatchPlace): void {
  if (!away) return;
  const rest = { source: source.name, untilMs: clock.now(), told: away.signals, unobservable: [] };
  gaps?.begun(reportOf(away, rest));
}

/** What went on is there when the stream has stood for three ticks, or the head is reached: it sends old events at once. */
export function reportAway(options: WatchGapNeeds, at: WatchPlace): void {
  const { away } = at;
  if (!away || at.cutMs !== undefined) return;
  away.ticks += 1;
  if (away.ticks < 3 && (away.how === 'cut' || at.revision < at.head)) return;
  delete at.away;
  // The store hears of it at once, or another bot that starts would find the same time.
  at.notedMs = 0;
  const { source, clock } = options;
  const rest = { source: source.name, untilMs: clock.now(), told: away.signals, unobservable: [] };
  reportGap(options, reportOf(away, rest), away.fromRevision, at.revision);
}

export function reportGap({ log, gaps }: WatchGapNeeds, gap: GapReport, from: number, to: number): void {
  const { told, how } = gap;
  const missing = countUnobservable(gap);
  const fields = { between: from, and: to, how, awayMs: gap.untilMs - gap.fromMs };
  if (told + missing === 0) log.info('no failover missed', fields);
  else log.warn('leader changes happened while nobody watched', { ...fields, count: told, missing });
  gaps?.over(gap);
}
