import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import { JsonObjectSchema } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import { NOTHING_SEEN, PatrolState } from '../core/patrol-state.ts';
import type { Signal } from '../core/signal.ts';
import type { Desk } from './desk.ts';
import { patrolPlace } from './patrol-place.ts';
import type { SignalStore } from './ports.ts';
import { createRecorder, type Recorder } from './recorder.ts';

interface StatesOptions {
  readonly store: Pick<SignalStore, 'position' | 'commit'>;
  readonly desk: Pick<Desk, 'handle' | 'recorded' | 'movedTo' | 'handedOver'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What has not changed in kind is written again this often, so that another bot can go on from there. */
const SAVE_MS = 60_000;
/** And so often when what is raised is said in other words now. */
const WORDS_MS = 30_000;

interface Known {
  readonly state: PatrolState;
  readonly savedAtMs: number;
  readonly keys: string;
  /** As saved last. */
  readonly words: string;
  /** The store did not say what was known before: until it does nothing is written over that. */
  readonly isUnread: boolean;
}

/** What the patrol knows of each post: kept in the store in one step with the signals that come of it. */
export function createPatrolStates({ store, desk, clock, log }: StatesOptions) {
  const known = new Map<string, Known>();
  const recorders = new Map<string, Recorder>();
  const recorderOf = (post: string): Recorder => {
    const found = recorders.get(post);
    if (found) return found;
    // A condition says nothing of who leads, so no leader's incident is over because of it.
    const own = { ...desk, overtaken: () => undefined };
    const made = createRecorder({
      ...{ watch: patrolPlace(post).watch, store, desk: own, clock, log },
      mark: async (signals) => signals,
    });
    recorders.set(post, made);
    return made;
  };
  return {
    async of(post: string): Promise<PatrolState> {
      const found = known.get(post);
      if (found && !found.isUnread) return found.state;
      const stored = await load(store, post, log);
      const state = joined(stored, found?.state);
      known.set(post, { ...savedNow(stored ?? NOTHING_SEEN, clock.now()), state, isUnread: stored === undefined });
      return state;
    },
    async keep(post: string, state: PatrolState, signals: readonly Signal[]): Promise<void> {
      const before = known.get(post) ?? { state, savedAtMs: 0, keys: '', words: '', isUnread: false };
      const { isUnread } = before;
      const saves = !isUnread && (signals.length > 0 || isDue(before, state, clock.now()));
      known.set(post, { ...(saves ? savedNow(state, clock.now()) : before), state, keys: keysOf(state), isUnread });
      const recorder = recorderOf(post);
      const progress = {
        clusterId: patrolPlace(post).clusterId,
        revision: 0,
        states: isUnread ? {} : { [post]: JsonObjectSchema.parse(state) },
      };
      if (signals.length > 0) recorder.add(progress, signals);
      else if (saves) recorder.note(progress);
      await recorder.tick();
    },
    /**
     * It is another bot's now, who goes on with it; when it comes back it is read again. What was told of it and could not be recorded is
     * left to that bot, who sees for itself what lasts: recorded late it would stand for ever, for nobody would clear it.
     */
    forget(post: string): void {
      known.delete(post);
      const recorder = recorders.get(post);
      recorders.delete(post);
      recorder?.abandon(desk.handedOver);
    },
  };
}

function savedNow(state: PatrolState, nowMs: number) {
  return { savedAtMs: nowMs, keys: keysOf(state), words: wordsOf(state) };
}

/** News at once, other words after a while, what goes on as it was now and then. */
function isDue({ keys, words, savedAtMs }: Known, state: PatrolState, nowMs: number): boolean {
  return keysOf(state) !== keys || nowMs - savedAtMs >= (wordsOf(state) === words ? SAVE_MS : WORDS_MS);
}

/** Which conditions are watched, and which of them are raised: a change of these is written at once. */
function keysOf({ conditions }: PatrolState): string {
  return Object.entries(conditions)
    .map(([key, { raised, goneSinceMs }]) => `${key} ${raised?.id} ${goneSinceMs === undefined}`)
    .sort()
    .join('\n');
}

/** What is said of what is raised: its incident is to say the same. */
function wordsOf({ conditions }: PatrolState): string {
  const raised = Object.values(conditions).filter((one) => one.raised);
  return raised.map(({ says, evidence, severity }) => `${severity} ${says} ${evidence}`).join('\n');
}

/** What is raised stays so, whoever raised it: else it would never clear. */
function joined(stored: PatrolState | undefined, seen: PatrolState | undefined): PatrolState {
  if (!stored || !seen) return stored ?? seen ?? NOTHING_SEEN;
  const raised = Object.entries(stored.conditions).filter(([, one]) => one.raised);
  return { ...seen, conditions: { ...stored.conditions, ...seen.conditions, ...Object.fromEntries(raised) } };
}

/** `undefined` when the store does not say. */
async function load(store: StatesOptions['store'], post: string, log: Log): Promise<PatrolState | undefined> {
  try {
    const position = await store.position(patrolPlace(post).watch);
    const kept = position?.states[post];
    if (kept === undefined) return NOTHING_SEEN;
    const parsed = PatrolState.safeParse(kept);
    if (parsed.success) return parsed.data;
    log.warn('what was seen of it before can not be read; it is looked at anew', { of: post, error: parsed.error.message });
    return NOTHING_SEEN;
  } catch (error) {
    log.warn('the store does not say what was seen of it before', { of: post, error: asError(error).message });
    return undefined;
  }
}
