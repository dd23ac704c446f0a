import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Signal } from '../core/signal.ts';
import { commitInTime } from './commit-in-time.ts';
import type { Desk } from './desk.ts';
import { localIncidents } from './local-incidents.ts';
import type { SignalClaim, SignalStore } from './ports.ts';
import { createOthersWords } from './others-words.ts';
import { mergedProgress, type Progress } from './progress.ts';
import { createTellers } from './tellers.ts';

export interface RecorderOptions {
  /** Names the watch in the store. */
  readonly watch: string;
  readonly store: Pick<SignalStore, 'commit'>;
  readonly desk: Pick<Desk, 'handle' | 'recorded' | 'overtaken' | 'movedTo'> & Partial<Pick<Desk, 'tells' | 'renewed' | 'owned'>>;
  /** Marks the signals that runs of ours made. */
  readonly mark: (signals: readonly Signal[]) => Promise<readonly Signal[]>;
  /** Told of every signal once it is marked. */
  readonly marked?: (signal: Signal) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** A store that is silent for longer does not hold an alarm up. */
  readonly patienceMs?: number;
  /** How long the other bots get to tell before this one, while none of them reaches the store; milliseconds. */
  readonly afterOthersMs?: (() => number) | undefined;
}

/** Commits what was processed with its signals and has them told. */
export interface Recorder {
  /** Commits and tells as soon as the commit before is through; what arrives meanwhile goes together. */
  add(progress: Progress, signals: readonly Signal[]): void;
  /** Commits what is only noted, and again what the store did not take. Call it about once a second. */
  tick(): Promise<void>;
  /** Keeps progress for the next commit. */
  note(progress: Progress): void;
  /** Forgets progress that is not committed: the watch begins anew before it. What is to be told stays. */
  drop(): void;
  /** Commits nothing any more; `left` hears of the incidents that were told and that the store does not know. */
  abandon(left: (incident: string) => void): void;
}

interface Unrecorded {
  readonly signal: Signal;
  readonly incident: string;
  /** Aborted when the store says whose it is. */
  readonly turn: AbortController;
  /** `due`: this bot's turn to tell it came, unless the store answers now; `told`: handed to the desk. */
  stage: 'waits' | 'due' | 'told';
}

interface State {
  progress: Progress | undefined;
  waiting: readonly Signal[];
  unrecorded: readonly Unrecorded[];
  abandoned?: (incident: string) => void;
  readonly others: ReturnType<typeof createOthersWords>;
  readonly local: ReturnType<typeof localIncidents>;
  readonly tellers: ReturnType<typeof createTellers>;
  /** Has what could not be recorded tried again. */
  again(): void;
}

export function createRecorder(options: RecorderOptions): Recorder {
  const failed = (error: unknown) => options.log.error('recording failed', { error: asError(error).stack });
  const state: State = {
    ...{
      progress: undefined,
      waiting: [],
      unrecorded: [],
      others: createOthersWords(options),
      local: localIncidents(options.desk),
      tellers: createTellers(options),
    },
    again: () => void pump().catch(failed),
  };
  let running: Promise<void> | undefined;

  const note = (more: Progress) => {
    state.progress = mergedProgress(state.progress, more);
  };
  const pump = (): Promise<void> => {
    running ??= (async () => {
      try {
        do await round(options, state);
        while (state.progress && state.waiting.length > 0);
      } finally {
        running = undefined;
      }
    })();
    return running;
  };
  return {
    note,
    add(more, signals) {
      note(more);
      state.waiting = [...state.waiting, ...signals];
      pump().catch(failed);
    },
    async tick() {
      state.tellers.alive();
      if (state.progress) await pump();
    },
    drop() {
      state.progress = undefined;
    },
    abandon(left) {
      Object.assign(state, { abandoned: left, progress: undefined, waiting: [] });
      leave(state, left);
    },
  };
}

async function round(options: RecorderOptions, state: State): Promise<void> {
  const { progress, waiting, unrecorded } = state;
  if (!progress) return;
  state.progress = undefined;
  state.waiting = [];
  const signals = waiting.length > 0 ? await options.mark(waiting) : [];
  for (const signal of signals) options.marked?.(signal);
  const claims = await commitInTime(options, { ...progress, signals: [...unrecorded.map(({ signal }) => signal), ...signals] });
  if (!claims) {
    unanswered(options, state, progress, signals);
    return;
  }
  state.unrecorded = [];
  const owned = new Set(claims.flatMap(({ verdict, incident }) => (verdict === 'ours' ? [incident] : [])));
  unrecorded.forEach((one, i) => {
    const claim = claims[i];
    one.turn.abort();
    if (one.stage !== 'told' && claim) taken(options, state, { ...claim, again: true, isInDoubt: true });
    else if (claim) recorded(options, state, one, { claim, isIncidentOurs: owned.has(one.incident) });
  });
  for (const claim of claims.slice(unrecorded.length)) taken(options, state, claim);
}

/** Each bot tells what it can not record, in its turn. */
function unanswered(options: RecorderOptions, state: State, progress: Progress, signals: readonly Signal[]): void {
  state.progress = mergedProgress(progress, state.progress);
  if (state.abandoned) {
    leave(state, state.abandoned);
    return;
  }
  for (const signal of signals) state.unrecorded = [...state.unrecorded, ...unrecordedOf(options, state, signal)];
  for (const one of state.unrecorded) if (one.stage === 'due') tellUnrecorded(options, one);
}

/** The store has an answer to what was told here without it. */
function recorded(
  options: RecorderOptions,
  state: State,
  one: Unrecorded,
  { claim, isIncidentOurs }: { readonly claim: SignalClaim; readonly isIncidentOurs: boolean },
): void {
  const isLeft = claim.verdict !== 'ours' && isOfLeader(one.signal);
  // Another bot has told the beginning of an incident that goes on here.
  if (isLeft && claim.verdict === 'told' && isIncidentOurs) state.local.note(claim.signal, claim.incident, true);
  else if (isLeft) leftTo(options, state, one.incident, claim);
  else if (isElsewhere(claim, one)) moved(options, state, one.incident, claim);
  else if (claim.verdict === 'ours') {
    state.local.note(claim.signal, claim.incident, true);
    void options.desk.recorded(one.signal, one.incident);
  }
}

/** What is replayed may have been told by a bot that died before it could record it. */
function taken({ desk }: RecorderOptions, { local, tellers, others }: State, claim: SignalClaim): void {
  const { signal, incident, verdict, again, isInDoubt = false, after = [] } = claim;
  local.note(signal, incident, verdict === 'ours');
  tellers.note(signal.cluster, verdict);
  // The next sweep hands out both, in order.
  if (verdict === 'ours' && after.some((id) => desk.tells?.(id) === false)) return;
  const isAgain = again || signal.replayed === true;
  if (verdict === 'ours') void desk.handle({ signal, incident, again: isAgain, isInDoubt, recorded: true });
  else if (verdict === 'theirs' && isOfLeader(signal)) {
    desk.overtaken(signal, incident);
    others.note(signal, incident);
  }
}

/** Told in an incident of the cluster's leader. */
const isOfLeader = ({ run, condition }: Signal): boolean => run === undefined && !condition;

/** What the store does not count any more, as another bot has ended it, is nowhere. */
function isElsewhere({ signal, incident, verdict }: SignalClaim, told: Unrecorded): boolean {
  if (verdict === 'told' && incident === signal.id) return false;
  return signal.condition !== undefined && incident !== told.incident;
}

/** Another bot owns by the store what was begun here without it: what is not posted yet is left to that bot, and so are the edits. */
function leftTo({ desk, clock }: RecorderOptions, { local, tellers }: State, from: string, claim: SignalClaim): void {
  const { signal, incident, verdict } = claim;
  local.note(signal, incident);
  tellers.note(signal.cluster, verdict);
  desk.renewed?.([from], [from], clock.now());
}

/** The store put it elsewhere: what was told beside that is a part of it, and what cleared clears there. */
function moved({ desk }: RecorderOptions, { local }: State, from: string, { signal, incident, verdict }: SignalClaim): void {
  local.note(signal, incident);
  if (verdict === 'ours') void desk.handle({ signal, incident, again: true, recorded: true });
  void desk.movedTo(from, incident);
}

function leave(state: State, left: (incident: string) => void): void {
  const { unrecorded } = state;
  state.unrecorded = [];
  for (const { turn } of unrecorded) turn.abort();
  for (const incident of new Set(unrecorded.filter(({ stage }) => stage === 'told').map((one) => one.incident))) left(incident);
}

/**
 * The store is asked once more when its turn comes: this process may have been frozen since. Before a change of a leader goes what another
 * bot has to tell of the same cluster, for it is told in order, and by that bot only if it lives.
 */
function unrecordedOf({ clock }: RecorderOptions, state: State, signal: Signal): readonly Unrecorded[] {
  const { local, tellers, others, again } = state;
  const turn = new AbortController();
  const waitsWithIt = ({ stage, signal: other }: Unrecorded) =>
    stage === 'waits' && other.cluster === signal.cluster && isOfLeader(other) === isOfLeader(signal);
  const isBehind = state.unrecorded.some(waitsWithIt);
  const waitMs = isBehind ? 0 : tellers.waitMs(signal.cluster);
  const stage = waitMs === 0 && !isBehind ? 'due' : 'waits';
  const before = isOfLeader(signal) ? others.take(signal.cluster) : [];
  const all: readonly Unrecorded[] = [...before, { signal, incident: local.place(signal) }].map((one) => ({
    ...{ signal: one.signal, incident: one.incident, turn, stage },
  }));
  if (waitMs > 0)
    clock.sleep(waitMs, turn.signal).then(
      () => {
        // With what came behind it meanwhile.
        for (const one of state.unrecorded) if (waitsWithIt(one)) one.stage = 'due';
        again();
      },
      () => undefined,
    );
  return all;
}

function tellUnrecorded({ desk }: RecorderOptions, one: Unrecorded): void {
  one.stage = 'told';
  void desk.handle({ signal: one.signal, incident: one.incident, again: false, recorded: false });
}
