import { asError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Signal } from '../core/signal.ts';
import { applySignal, incidentOf } from './apply-signal.ts';
import { followIncident } from './follow-incident.ts';
import { callPeople } from './call-people.ts';
import { resolve, settle } from './finish.ts';
import {
  type DeskOptions,
  emptyMemory,
  enqueue,
  letGo,
  type Live,
  liveOf,
  type Means,
  phase,
  refresh,
  save,
  stored,
} from './live.ts';
import { routeOf } from './route.ts';
import { loadBegun, noteTold, type Task, tellRun, tellSignal, underSilence } from './tell-signal.ts';
import { becomePart, tend } from './tend.ts';

/** Keeps the incidents that this bot owns: posts, edits, follows and resolves them. */
export interface Desk {
  /**
   * Starts to tell at once; resolves when the workspace has accepted it (or it is not ours any more). A signal that is told or
   * being told here is not told again: the outbox may still hold what a commit has just handed over.
   */
  handle(task: Task): Promise<void>;
  /** Goes on with an incident whose owner died. */
  adopt(incident: Incident): void;
  owned(): readonly string[];
  /** Another bot tells this change, so what is followed here of the cluster's older incidents is over. */
  overtaken(signal: Signal, incident: string): void;
  /** It is being told here just now. */
  tells(signalId: string): boolean;
  /** The store took the signal after all: notes that it was told. */
  recorded(signal: Signal, incident: string): Promise<void>;
  /** The store put what was told as an incident of its own into another one: it is a part of that. */
  movedTo(incident: string, into: string): Promise<void>;
  /** What the store does not know is another bot's from now on, who tells what lasts. */
  handedOver(incident: string): void;
  /** The claims of `asked` stand since then (epoch milliseconds), but for the ones lost. */
  renewed(asked: readonly string[], lost: readonly string[], sinceMs: number): void;
  /** Folds in what people did, ends what is over, calls whom it is time to call. Call it about once a second. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

export function createDesk(options: DeskOptions): Desk {
  const lives = new Map<string, Live>();
  const stopped = new AbortController();
  const drop = (live: Live) => {
    live.over.abort();
    if (lives.get(live.incident.id) === live) lives.delete(live.incident.id);
  };
  const means: Means = { ...options, ...emptyMemory(options), stop: stopped.signal, drop };
  const telling = new Set<string>();
  return {
    overtaken({ cluster, atMs, cause }, id) {
      if (cause !== 'condition') supersede(means, lives, { id, cluster, cause, openedAtMs: atMs });
    },
    tells: (signalId) => telling.has(signalId),
    async handle(task) {
      const { signal, recorded } = task;
      const told = means.toldAt.get(signal.id);
      // It was told elsewhere while the store was away: there it was folded in, here it is not yet.
      const isElsewhere = told && recorded && signal.condition && told.incident !== task.incident;
      const posted = isElsewhere ? undefined : told;
      if (posted && recorded) await nowRecorded(means, lives.get(task.incident), signal);
      if (posted || telling.has(signal.id)) return;
      telling.add(signal.id);
      await handle(means, lives, isElsewhere ? { ...task, again: true } : task).finally(() => telling.delete(signal.id));
    },
    adopt(incident) {
      if (lives.has(incident.id)) return;
      options.log.info('an incident whose bot died is followed here', { incident: incident.id });
      const live = liveOf(incident, options.clock.now());
      lives.set(incident.id, live);
      follow(means, live);
    },
    owned: () => [...lives.keys()],
    ...elsewhere(means, lives),
    recorded: (signal, id) => nowRecorded(means, lives.get(id), signal),
    renewed(asked, lost, sinceMs) {
      for (const live of lost.map((id) => lives.get(id))) if (live) letGo(means, live);
      for (const live of asked.map((id) => lives.get(id))) if (live) live.ownedAtMs = Math.max(live.ownedAtMs, sinceMs);
    },
    tick: () => tend(means, [...lives.values()]),
    async stop() {
      stopped.abort();
      await Promise.all([...lives.values()].map((live) => live.turn));
    },
  };
}

/** Ends here what goes on somewhere else. */
function elsewhere(means: Means, lives: ReadonlyMap<string, Live>): Pick<Desk, 'movedTo' | 'handedOver'> {
  return {
    async movedTo(id, into) {
      const live = lives.get(id);
      if (live && live.incident.resolvedAtMs === undefined) await becomePart(means, live, into);
    },
    handedOver(id) {
      const live = lives.get(id);
      if (live && !live.incident.recorded) resolve(means, live, 'another bot looks after it now, and tells what lasts');
    },
  };
}

async function handle(means: Means, lives: Map<string, Live>, task: Task): Promise<void> {
  const { signal, incident: id } = task;
  noteChange(means, signal);
  if (signal.run !== undefined) return tellRun(means, signal.run, signal);
  const live = lives.get(id) ?? begin(means, lives, task);
  live.seen.push(signal);
  live.incident = { ...applySignal(live.incident, signal), ...(task.recorded ? {} : { recorded: false }) };
  const told = inOrder(means, live, task);
  // Whether a condition is silenced is judged when it is posted; a leader's change calls at once.
  if (live.incident.cause !== 'condition' && live.ready) live.incident = underSilence(means, live.incident);
  if (live.incident.cause !== 'condition') void callPeople(means, live);
  follow(means, live);
  await told;
  for (const { incident } of lives.values()) if (isNewer(incident, live.incident)) supersede(means, lives, incident);
  settle(means, live, true);
  // A signal that came after the end of its incident.
  if (live.incident.resolvedAtMs !== undefined) void enqueue(means, live, async () => means.drop(live));
}

/** After what came before of the cluster's leader in this channel, and of what is wrong beside it. */
function inOrder(means: Means, live: Live, task: Task): Promise<boolean> {
  const { cluster, cause } = task.signal;
  const line = `${cluster} ${live.incident.channel}${cause === 'condition' ? ' condition' : ''}`;
  const older = means.turns.get(line);
  // Not when its turn comes: each in a queue would wait again.
  const doubt = task.isInDoubt ? { inDoubtSinceMs: means.clock.now() } : {};
  let isTold = false;
  const told = enqueue(means, live, async () => {
    if ((await older) === false && task.recorded) letGo(means, live);
    else isTold = await tellSignal(means, live, { ...task, ...doubt });
  }).then(() => isTold);
  means.turns.set(line, told);
  void told.finally(() => means.turns.get(line) === told && means.turns.delete(line));
  return told;
}

async function nowRecorded(means: Means, live: Live | undefined, signal: Signal): Promise<void> {
  if (live && !live.incident.recorded) {
    live.incident = { ...live.incident, recorded: true };
    refresh(means, live);
    await save(means, live);
  }
  const posted = means.toldAt.get(signal.id);
  if (posted) await noteTold(means, signal, posted);
}

/** Known at once, so that the next signal finds it; a fresh loss waits for nothing before it is posted. */
function begin(means: Means, lives: Map<string, Live>, { signal, incident: id, again }: Task): Live {
  const live = liveOf(placed(means, incidentOf(signal, id, means.channel)), means.clock.now());
  lives.set(id, live);
  supersede(means, lives, live.incident);
  if (again || id !== signal.id) {
    live.ready = false;
    void enqueue(means, live, () => loadBegun(means, live));
  }
  return live;
}

/** In the channel that its route names. */
function placed(means: Means, incident: Incident): Incident {
  return { ...incident, channel: routeOf(means, incident).channel };
}

type Newer = Pick<Incident, 'id' | 'cluster' | 'cause' | 'openedAtMs'>;

function isNewer(one: Newer, other: Newer): boolean {
  return areLeaders(one, other) && one.cluster === other.cluster && one.openedAtMs > other.openedAtMs;
}

/** What is wrong beside a leader neither follows nor ends its changes. */
function areLeaders(one: Pick<Incident, 'cause'>, other: Pick<Incident, 'cause'>): boolean {
  return one.cause !== 'condition' && other.cause !== 'condition';
}

/** Ends the older incidents of the cluster's leader; what a dead bot left of one may come after the next has begun. */
function supersede(means: Means, lives: ReadonlyMap<string, Live>, newer: Newer): void {
  const { id, cluster, openedAtMs } = newer;
  for (const live of lives.values()) {
    const { incident } = live;
    const older =
      areLeaders(incident, newer) && incident.cluster === cluster && incident.id !== id && incident.openedAtMs <= openedAtMs;
    if (older) resolve(means, live, 'followed by another change, see the next message');
  }
}

function follow(means: Means, live: Live): void {
  if (live.following || live.incident.cause === 'condition' || live.incident.resolvedAtMs !== undefined) return;
  live.following = true;
  const { facts, clock, log, stop, lookEveryMs = 500 } = means;
  const hands = {
    ...{ facts, clock, stop: AbortSignal.any([live.over.signal, stop]) },
    refresh: () => refresh(means, live),
    phase: (text: string) => phase(means, live, text, 'ok'),
    resolve(outcome: string) {
      live.incident = { ...live.incident, pendingOutcome: outcome };
      settle(means, live);
    },
    save: () => save(means, live),
  };
  followIncident(live, hands, lookEveryMs)
    .catch((error: unknown) => log.error('an incident is not followed any more', { error: asError(error).stack }))
    .finally(() => {
      live.following = false;
    });
}

function noteChange(means: Means, signal: Signal): void {
  const { id, cluster, from, to, cause, timeline, atMs, run, says, kind } = signal;
  if (to === undefined || kind === 'crashed' || cause === 'condition') return;
  const optional = { ...(from ? { from } : {}), ...(timeline === undefined ? {} : { timeline }), ...(run ? { run } : {}) };
  void stored(means, 'leader change', () => means.incidents.changed({ id, cluster, to, kind: cause, atMs, says, ...optional }));
}
