import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import { patience } from '../core/patience.ts';
import { leavesLeaderless, opens, type Signal } from '../core/signal.ts';
import type { Desk } from './desk.ts';
import type { SignalStore } from './ports.ts';

/** What has been processed and is to be committed. */
export interface Progress {
  readonly clusterId: string;
  readonly revision: number;
  readonly states: Readonly<Record<string, JsonObject>>;
}

export interface RecorderOptions {
  /** Names the watch in the store. */
  readonly watch: string;
  readonly store: Pick<SignalStore, 'commit'>;
  readonly desk: Pick<Desk, 'handle' | 'recorded' | 'overtaken'>;
  /** Marks the signals that runs of ours made. */
  readonly mark: (signals: readonly Signal[]) => Promise<readonly Signal[]>;
  /** Told of every signal once it is marked. */
  readonly marked?: (signal: Signal) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** A store that is silent for longer does not hold an alarm up. */
  readonly patienceMs?: number;
}

/** Commits what was processed with its signals and has them told. */
export interface Recorder {
  /** Commits and tells as soon as the commit before is through; what arrives meanwhile goes together. */
  add(progress: Progress, signals: readonly Signal[]): void;
  /** Commits what is only noted, and again what the store did not take. Call it about once a second. */
  tick(): Promise<void>;
  /** Keeps progress for the next commit. */
  note(progress: Progress): void;
}

interface Unrecorded {
  readonly signal: Signal;
  readonly incident: string;
}

interface State {
  progress: Progress | undefined;
  waiting: readonly Signal[];
  unrecorded: readonly Unrecorded[];
  readonly local: ReturnType<typeof localIncidents>;
}

export function createRecorder(options: RecorderOptions): Recorder {
  const state: State = { progress: undefined, waiting: [], unrecorded: [], local: localIncidents() };
  let running: Promise<void> | undefined;

  const note = (more: Progress) => {
    state.progress = merged(state.progress, more);
  };
  const pump = (): Promise<void> => {
    running ??= (async () => {
      try {
        do await round(options, state);
        while (state.waiting.length > 0);
      } finally {
        running = undefined;
      }
    })();
    return running;
  };
  const failed = (error: unknown) => options.log.error('recording failed', { error: asError(error).stack });
  return {
    note,
    add(more, signals) {
      note(more);
      state.waiting = [...state.waiting, ...signals];
      pump().catch(failed);
    },
    async tick() {
      if (state.progress) await pump();
    },
  };
}

function merged(older: Progress | undefined, newer: Progress | undefined): Progress | undefined {
  if (!older || !newer) return newer ?? older;
  return older.clusterId === newer.clusterId ? { ...newer, states: { ...older.states, ...newer.states } } : newer;
}

async function round(options: RecorderOptions, state: State): Promise<void> {
  const { progress, waiting, unrecorded, local } = state;
  if (!progress) return;
  state.progress = undefined;
  state.waiting = [];
  const signals = waiting.length > 0 ? await options.mark(waiting) : [];
  for (const signal of signals) options.marked?.(signal);
  const claims = await committed(options, progress, [...unrecorded.map(({ signal }) => signal), ...signals]);
  if (!claims) {
    state.progress = merged(progress, state.progress);
    state.unrecorded = [...unrecorded, ...signals.map((signal) => tellUnrecorded(options, signal, local.place(signal)))];
    return;
  }
  state.unrecorded = [];
  unrecorded.forEach(({ signal, incident }, i) => {
    if (claims[i]?.verdict === 'ours') void options.desk.recorded(signal, incident);
  });
  for (const claim of claims.slice(unrecorded.length)) taken(options, state, claim);
}

function taken({ desk }: RecorderOptions, { local }: State, { signal, incident, verdict, again }: Claims[number]): void {
  local.note(signal, incident);
  if (verdict === 'ours') void desk.handle({ signal, incident, again, recorded: true });
  else if (verdict === 'theirs' && signal.run === undefined && !signal.condition) desk.overtaken(signal, incident);
}

type Claims = Awaited<ReturnType<SignalStore['commit']>>;

async function committed(options: RecorderOptions, progress: Progress, signals: readonly Signal[]): Promise<Claims | undefined> {
  const { store, watch, clock, log, patienceMs = 300 } = options;
  const late = new AbortController();
  const silence = patience(clock, patienceMs, late.signal).then(
    () => Promise.reject(new Error(`no answer within ${patienceMs} ms`)),
    () => undefined,
  );
  const commit = store.commit({ watch, ...progress, atMs: clock.now(), signals });
  commit.catch(() => undefined);
  try {
    return (await Promise.race([commit, silence])) ?? undefined;
  } catch (error) {
    log.error('revisions could not be recorded', { revision: progress.revision, error: asError(error).message });
    return undefined;
  } finally {
    late.abort();
  }
}

function tellUnrecorded({ desk }: RecorderOptions, signal: Signal, incident: string): Unrecorded {
  void desk.handle({ signal, incident, again: false, recorded: false });
  return { signal, incident };
}

/** The store's rule for which incident a signal joins, for the time without a store. */
function localIncidents() {
  const open = new Map<string, { readonly incident: string; readonly leaderless: boolean }>();
  /** Where each condition was raised, so that it clears there. */
  const raised = new Map<string, string>();
  const placeOf = (signal: Signal): string => {
    if (signal.condition)
      return (signal.kind === 'cleared' && raised.get(`${signal.cluster} ${signal.condition.key}`)) || signal.id;
    const known = open.get(signal.cluster);
    return known && (!opens(signal) || known.leaderless) ? known.incident : signal.id;
  };
  const note = (signal: Signal, incident: string) => {
    if (signal.condition) raised.set(`${signal.cluster} ${signal.condition.key}`, incident);
    else if (signal.run === undefined) open.set(signal.cluster, { incident, leaderless: leavesLeaderless(signal) });
  };
  return {
    note,
    place(signal: Signal): string {
      const incident = placeOf(signal);
      note(signal, incident);
      return incident;
    },
  };
}
