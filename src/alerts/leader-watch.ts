import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Signal } from '../core/signal.ts';
import type { Desk } from './desk.ts';
import { createOwnRuns } from './own-run.ts';
import { firstSurvey } from './first-survey.ts';
import type { AlertFacts, DcsSource, DcsSurvey, SignalStore } from './ports.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createScopeBook, type ScopeBook } from './scope-book.ts';
import type { ScopeState } from './scope-state.ts';

export interface LeaderWatchOptions {
  readonly source: DcsSource;
  /** The cluster's name for a scope such as `/service/billing/`; undefined when it is not configured. */
  clusterOf(scope: string): string | undefined;
  readonly store: SignalStore;
  readonly desk: Desk;
  readonly facts: Pick<AlertFacts, 'ourRun'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A run's own loss of the leader alarms when no leader follows within this. */
  readonly overdueMs?: number;
  /** How long the other bots get to tell before this one, while none of them reaches the store; milliseconds. */
  readonly afterOthersMs?: () => number;
}

/** Watches one etcd cluster's scopes: what happened while away first, then live. */
export interface LeaderWatch {
  /** Resolves when the watch stands; goes on trying while etcd is down. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For the probes: what the DCS says of a cluster. */
  state(cluster: string): ScopeState | undefined;
  /** Records and tells a signal that did not come from etcd. */
  add(signal: Signal): void;
  clusterId(): string | undefined;
}

const TICK_MS = 1000;

export function createLeaderWatch(options: LeaderWatchOptions): LeaderWatch {
  const { source, clock, log, store, desk } = options;
  const book = createScopeBook({ clusterOf: options.clusterOf, now: () => clock.now(), log });
  const runs = createOwnRuns(options.facts, clock);
  const stopped = new AbortController();
  const at: At = { clusterId: '', revision: 0, head: 0 };
  const recorder = createRecorder({
    ...{ watch: source.name, store, desk, clock, log, afterOthersMs: options.afterOthersMs },
    mark: (signals) => runs.mark(signals),
    marked: (signal) => overdue(options, book, signal, (late) => add([late]), stopped.signal),
  });
  const add = (signals: readonly Signal[]) =>
    recorder.add({ clusterId: at.clusterId, revision: at.revision, states: book.changed() }, signals);
  let unfollow: () => Promise<void> = async () => undefined;
  let untick: () => void = () => undefined;

  return {
    state: (cluster) => book.get(cluster),
    clusterId: () => at.clusterId || undefined,
    add: (signal) => add([signal]),
    async start() {
      const survey = await firstSurvey(options, stopped.signal);
      if (!survey) return;
      const next = await caughtUp(options, book, survey, at, add);
      unfollow = source.follow(
        { next, clusterId: survey.clusterId },
        {
          deliver(revision) {
            const signals = book.fold(revision, at.clusterId, revision.revision <= at.head);
            at.revision = revision.revision;
            if (at.away && revision.revision <= at.head) at.away.signals += signals.length;
            if (signals.length > 0) add(signals);
          },
          resync: (cause) => resynced(options, book, cause, at, add),
        },
      );
      untick = clock.every(
        TICK_MS,
        () => tick(recorder, book, at, log),
        (error) => log.error('recording failed', { error: asError(error).message }),
      );
    },
    async stop() {
      stopped.abort();
      untick();
      await unfollow();
      await tick(recorder, book, at, log);
    },
  };
}

interface At {
  clusterId: string;
  revision: number;
  /** What is not above this happened before the start. */
  head: number;
  /** What is being caught up after a start, until it is reported. */
  away?: { readonly from: number; signals: number; ticks: number };
}

async function tick(recorder: Recorder, book: ScopeBook, at: At, log: Log): Promise<void> {
  reportAway(at, log);
  const states = book.changed();
  if (Object.keys(states).length > 0) recorder.note({ clusterId: at.clusterId, revision: at.revision, states });
  await recorder.tick();
}

/** Where to go on: after what the store says was processed, or from now with a comparison. */
async function caughtUp(
  { store, source, log }: LeaderWatchOptions,
  book: ScopeBook,
  survey: DcsSurvey,
  at: At,
  add: (signals: readonly Signal[]) => void,
): Promise<number> {
  const position = await store.position(source.name).catch((error: unknown) => {
    log.error('the store does not say what was processed; what happened while away can not be told', {
      error: asError(error).message,
    });
    return undefined;
  });
  at.clusterId = survey.clusterId;
  at.head = survey.revision;
  if (position) book.restore(position.states);
  if (position?.clusterId === survey.clusterId && position.revision <= survey.revision) {
    at.revision = position.revision;
    at.away = { from: position.revision, signals: 0, ticks: 0 };
    log.info('the watch goes on', { source: source.name, from: position.revision, to: survey.revision });
    return position.revision + 1;
  }
  at.revision = survey.revision;
  const signals = book.compare(survey);
  report(log, signals.length, position?.revision ?? 0, survey.revision);
  add(signals);
  return survey.revision + 1;
}

async function resynced(
  { source, log }: LeaderWatchOptions,
  book: ScopeBook,
  cause: { readonly why: string; readonly compactRevision?: number },
  at: At,
  add: (signals: readonly Signal[]) => void,
): Promise<DcsSurvey> {
  const survey = await source.read();
  const before = at.revision;
  at.clusterId = survey.clusterId;
  at.revision = survey.revision;
  at.head = survey.revision;
  const signals = book.compare(survey);
  log.warn('the watch was cut and the scopes were compared', { source: source.name, ...cause });
  report(log, signals.length, before, survey.revision);
  add(signals);
  return survey;
}

/** The old events have arrived when two ticks passed: the stream sends them at once. */
function reportAway(at: At, log: Log): void {
  if (!at.away) return;
  at.away.ticks += 1;
  if (at.away.ticks < 3 && at.revision < at.head) return;
  report(log, at.away.signals, at.away.from, at.head);
  delete at.away;
}

function report(log: Log, count: number, from: number, to: number): void {
  if (count === 0) log.info('no failover missed', { between: from, and: to });
  else log.warn('leader changes happened while nobody watched', { between: from, and: to, count });
}

/** A switchover of ours that leaves the cluster without a leader is told only in its thread: not for long. */
function overdue(
  { clock, overdueMs = 15_000 }: LeaderWatchOptions,
  book: ScopeBook,
  lost: Signal,
  add: (signal: Signal) => void,
  stop: AbortSignal,
): void {
  const { run, kind, cluster, revision } = lost;
  if (run === undefined || kind !== 'lost') return;
  const judge = () => {
    if (book.get(cluster)?.lost?.revision !== revision) return;
    const { run: _, ...signal } = lost;
    add({
      ...signal,
      id: `${lost.id}-overdue`,
      kind: 'overdue',
      says: `no leader ${overdueMs / 1000} s after ${lost.from ?? 'the leader'} released the key for run ${run}`,
    });
  };
  clock.sleep(overdueMs, stop).then(judge, () => undefined);
}
