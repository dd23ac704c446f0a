import type { Clock } from '../core/clock.ts';
import { asError, unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Signal } from '../core/signal.ts';
import type { Desk } from './desk.ts';
import { createOwnRuns } from './own-run.ts';
import { firstSurvey } from './first-survey.ts';
import { awayIn, resynced, type WatchPlace } from './catch-up.ts';
import { createWatchStart } from './watch-start.ts';
import { beginAway, type GapTelling, reconnected, reportAway, reportGap } from './watch-gaps.ts';
import type { AlertFacts, DcsSource, SignalStore } from './ports.ts';
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
  /** The address of a member's host, for what follows from the loss of that host. */
  hostOf?(cluster: string, member: string): string | undefined;
  /** False for a cluster that left the configuration. */
  isWatched?(cluster: string): boolean;
  readonly gaps?: GapTelling;
}

/** Watches one etcd cluster's scopes: what happened while away first, then live. */
export interface LeaderWatch {
  /** Resolves when the watch stands; goes on trying while etcd is down. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For the probes: what the DCS says of a cluster. */
  state(cluster: string): ScopeState | undefined;
  /** Who holds its leader key; unknown while the watch is cut, for what it saw last may be long over. */
  holder(cluster: string): string | undefined;
  /** Records and tells a signal that did not come from etcd. */
  add(signal: Signal): void;
  clusterId(): string | undefined;
}

const TICK_MS = 1000;
/** The store hears so often that this bot watches, although nothing happens. */
const ALIVE_MS = 10_000;

export function createLeaderWatch(options: LeaderWatchOptions): LeaderWatch {
  const { source, clock, log, store, desk } = options;
  const book = createScopeBook({ ...options, now: () => clock.now(), log });
  const runs = createOwnRuns(options.facts, clock);
  const stopped = new AbortController();
  const at: WatchPlace = { clusterId: '', revision: 0, head: 0, heardMs: 0, notedMs: 0, sinceCut: 0 };
  const needs = { source, store, log, now: () => clock.now() };
  const recorder = createRecorder({
    ...{ watch: source.name, store: afterGaps(options, at), desk, clock, log, afterOthersMs: options.afterOthersMs },
    mark: (signals) => runs.mark(signals),
    marked: (signal) => overdue(options, book, signal, (late) => add([late]), stopped.signal),
  });
  const add = (signals: readonly Signal[]) => {
    const progress = { clusterId: at.clusterId, revision: at.revision, states: book.changed(), ...awayIn(at) };
    const onHosts = signals.map((signal) => withHost(options, signal));
    recorder.add(progress, onHosts);
  };
  const start = createWatchStart({ ...needs, ...options, book, at, recorder, add, stop: stopped.signal }, () =>
    handlersOf(options, book, at, add),
  );
  let untick: () => void = () => undefined;

  return {
    state: (cluster) => book.get(cluster),
    holder: (cluster) => (at.cutMs === undefined ? book.get(cluster)?.leader : undefined),
    clusterId: () => at.clusterId || undefined,
    add: (signal) => add([signal]),
    async start() {
      const first = await firstSurvey(options, stopped.signal);
      if (!first) return;
      await start.first(first);
      untick = clock.every(
        TICK_MS,
        async () => {
          await start.anew();
          await tick(options, recorder, book, at);
        },
        (error) => log.error('recording failed', { error: asError(error).message }),
      );
    },
    async stop() {
      stopped.abort();
      untick();
      await start.unfollow();
      await tick(options, recorder, book, at);
    },
  };
}

/** A position is never committed before what it leaves behind is kept, nor over one that was not read. */
function afterGaps({ store, gaps }: LeaderWatchOptions, at: WatchPlace): Pick<SignalStore, 'commit'> {
  return {
    async commit(progress) {
      if (at.unreadSince !== undefined)
        throw unreachable('the store has not said yet what was processed before', 'It is asked again every second.');
      await at.judging;
      await gaps?.kept();
      return store.commit(progress);
    },
  };
}

/** What is wrong with the host of a leader that is lost or silent belongs to that loss; a request by people takes no host away. */
function withHost({ hostOf }: LeaderWatchOptions, signal: Signal): Signal {
  const { kind, cause, cluster, from } = signal;
  const isLoss = kind === 'silent' || ((kind === 'lost' || kind === 'overdue') && cause !== 'planned');
  const host = isLoss && from !== undefined ? hostOf?.(cluster, from) : undefined;
  return host === undefined ? signal : { ...signal, provides: [`host:${host}`] };
}

function handlersOf(
  options: LeaderWatchOptions,
  book: ScopeBook,
  at: WatchPlace,
  add: (signals: readonly Signal[]) => void,
): Parameters<DcsSource['follow']>[1] {
  const { clock, log } = options;
  return {
    deliver(revision) {
      const signals = book.fold(revision, at.clusterId, revision.revision <= at.head);
      at.revision = revision.revision;
      at.heardMs = clock.now();
      at.sinceCut += signals.length;
      if (signals.length === 0) return;
      if (at.away && (at.away.how === 'cut' || revision.revision <= at.head)) {
        at.away.signals += signals.length;
        beginAway(options, at);
      }
      add(signals);
    },
    async resync(cause) {
      await at.judging;
      const { revision: from, away } = at;
      const { survey, signals, report: gap } = await resynced({ ...options, now: () => clock.now() }, book, cause, at);
      reportGap(options, gap, from, survey.revision);
      if (away && away.id !== gap.id) options.gaps?.dropped(away.id);
      add(signals);
      return survey;
    },
    connected(isConnected) {
      if (!isConnected) {
        if (at.cutMs === undefined) at.sinceCut = 0;
        at.cutMs ??= clock.now();
      } else
        at.judging = reconnected(options, at).catch((error: unknown) =>
          log.error('a gap could not be reported', { error: asError(error).message }),
        );
    },
  };
}

async function tick(options: LeaderWatchOptions, recorder: Recorder, book: ScopeBook, at: WatchPlace): Promise<void> {
  reportAway(options, at);
  const states = book.changed();
  const nowMs = options.clock.now();
  const isQuiet = Object.keys(states).length === 0;
  // So that the store knows since when nobody watches, although nothing happened before that.
  const isDue = at.clusterId !== '' && at.cutMs === undefined && nowMs - at.notedMs >= ALIVE_MS;
  if (!isQuiet || isDue) {
    at.notedMs = nowMs;
    recorder.note({ clusterId: at.clusterId, revision: at.revision, states, ...awayIn(at) });
  }
  await recorder.tick();
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
