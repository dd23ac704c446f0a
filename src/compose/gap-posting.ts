import { isWorthTelling } from '../alerts/gap-report.ts';
import type { GapTelling } from '../alerts/watch-gaps.ts';
import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import type { GapReport } from '../core/gap-report.ts';
import type { Log } from '../core/log.ts';
import type { GapReports } from '../store/gap-reports.ts';
import { createGapPost, type GapPost } from './gap-post.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'findPosted'>;
  readonly store: GapReports;
  /** Slack's id of the channel of the alerts. */
  readonly channel: string;
  /** A time without a watch and without a change is told from so many milliseconds on. */
  readonly afterMs: number;
  /** Called once for each report, by the bot that told it. */
  told(report: GapReport): void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells in the alerts channel what was missed while nobody watched, once over all bots, whichever of them dies and however long Slack takes. */
export interface GapPosting extends GapTelling {
  /** Takes over what the store has of dead bots, every few seconds. */
  start(): void;
  sweep(): Promise<void>;
  stop(): Promise<void>;
  /** How many are kept and not told, as far as this bot knows. */
  untold(): number;
}

const SWEEP_MS = 5000;

/** What the store has still to hear of. */
interface Held {
  readonly report: GapReport;
  readonly isTold: boolean;
  readonly isCounted: boolean;
}

interface State {
  readonly held: Map<string, Held>;
  /** Of gaps that this bot looks through, by the id of the gap. */
  readonly unfinished: Map<string, GapReport>;
  /** What the store had at the last sweep. */
  kept: readonly string[];
  keeping?: Promise<void> | undefined;
  readonly post: GapPost;
}

export function createGapPosting(needs: Needs): GapPosting {
  const { afterMs, clock, log } = needs;
  const state: State = { held: new Map(), unfinished: new Map(), kept: [], post: createGapPost(needs) };
  const keep = () => {
    keepAll(needs, state).catch((error: unknown) => away(needs, state, error));
  };
  const hold = (report: GapReport, isOver = false) => {
    // Behind what is held already: the whole report is kept before the unfinished one is put away.
    state.held.delete(report.id);
    state.held.set(report.id, { report, isTold: isOver, isCounted: isOver });
  };
  let stopSweeping: () => void = () => undefined;
  return {
    begun(report) {
      if (!isWorthTelling(report, afterMs)) return;
      state.unfinished.set(report.id, unfinished(report));
      hold(unfinished(report));
      keep();
    },
    over(report) {
      const hasBegun = state.unfinished.delete(report.id);
      const isWorth = isWorthTelling(report, afterMs);
      if (!isWorth && !hasBegun) return;
      if (isWorth) hold(report);
      hold(unfinished(report), true);
      keep();
    },
    dropped(id) {
      const report = state.unfinished.get(id);
      state.unfinished.delete(id);
      if (!report) return;
      hold(report, true);
      keep();
    },
    async kept() {
      while (state.held.size > 0) await keepAll(needs, state);
    },
    untold: () => new Set([...state.kept, ...heldUntold(state).map(({ id }) => id)]).size,
    sweep: () => sweep(needs, state),
    start() {
      const failed = (error: unknown) => log.warn('reports of gaps could not be looked through', { why: asError(error).message });
      stopSweeping = clock.every(SWEEP_MS, () => sweep(needs, state), failed);
    },
    async stop() {
      stopSweeping();
      await keepAll(needs, state).catch((error: unknown) =>
        log.error('a gap could not be kept', { why: asError(error).message }),
      );
    },
  };
}

/** A report of its own, so that the whole one is told as well when this one was. */
function unfinished(report: GapReport): GapReport {
  return { ...report, id: `${report.id} unfinished`, isUnfinished: true };
}

function heldUntold({ held }: State): readonly GapReport[] {
  return [...held.values()].filter(({ isTold }) => !isTold).map(({ report }) => report);
}

/** Gives the store all that it has not, oldest first; rejects while it is away. */
function keepAll(needs: Needs, state: State): Promise<void> {
  const { held } = state;
  const all = async () => {
    for (let [one] = held.values(); one; [one] = held.values()) await keepOne(needs, state, one);
  };
  state.keeping ??= all().finally(() => {
    state.keeping = undefined;
  });
  return state.keeping;
}

async function keepOne(needs: Needs, state: State, one: Held): Promise<void> {
  const { report, isTold } = one;
  try {
    if (isTold) await settle(needs, one);
    else if ((await needs.store.keep(report)) === 'ours' && !report.isUnfinished) tellKept(needs, state, report);
  } catch (error) {
    if (error instanceof TrunklineError && error.kind === 'unreachable') throw error;
    // What the store will never take holds no position up.
    needs.log.error('a gap can not be kept', { gap: report.id, why: asError(error).message });
    if (!isTold) tellBeside(needs, state, report);
  }
  if (state.held.get(report.id) === one) state.held.delete(report.id);
}

async function settle({ store, told }: Needs, { report, isCounted }: Held): Promise<void> {
  if ((await store.told(report.id)) && !isCounted) told(report);
}

/** While the store is away each bot tells what it has found. */
function away(needs: Needs, state: State, error: unknown): void {
  needs.log.warn('a gap could not be kept yet', { why: asError(error).message });
  for (const report of heldUntold(state)) tellBeside(needs, state, report);
}

function tellKept({ store, log }: Needs, state: State, report: GapReport): void {
  const isTurn = () =>
    store.turn(report.id).catch((error: unknown) => {
      log.warn('the store does not say whose turn a gap is; it may appear twice', {
        gap: report.id,
        why: asError(error).message,
      });
      return true;
    });
  void state.post(report, isTurn).then((outcome) => {
    if (outcome) note(state, { report, isTold: true, isCounted: false });
  });
}

function tellBeside({ told }: Needs, state: State, report: GapReport): void {
  if (report.isUnfinished) return;
  void state.post(report).then((outcome) => {
    if (outcome === 'posted') told(report);
    if (outcome) note(state, { report, isTold: true, isCounted: outcome === 'posted' });
  });
}

/** The next sweep or position brings it to the store. */
function note(state: State, one: Held): void {
  state.held.set(one.report.id, one);
}

async function sweep(needs: Needs, state: State): Promise<void> {
  const { held, unfinished: own } = state;
  for (const report of own.values()) if (!held.has(report.id)) held.set(report.id, { report, isTold: false, isCounted: false });
  try {
    await keepAll(needs, state);
  } catch (error) {
    away(needs, state, error);
    return;
  }
  const untold = await needs.store.untold();
  state.kept = untold.map(({ id }) => id);
  const ours = new Set([...own.values()].map(({ id }) => id));
  for (const report of untold)
    if (!ours.has(report.id) && !held.has(report.id) && (await needs.store.turn(report.id))) tellKept(needs, state, report);
}
