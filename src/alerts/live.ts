import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { Message, Sign } from '../core/message.ts';
import type { Signal } from '../core/signal.ts';
import type { Silence } from '../core/silence.ts';
import { incidentMessage, phaseMessage } from './incident-message.ts';
import { peopleOf } from './route.ts';
import type {
  ActStore,
  AlertChat,
  AlertFacts,
  IncidentStore,
  Paging,
  Posted,
  Routing,
  SignalStore,
  SilenceStore,
} from './ports.ts';
import { noted } from './timeline.ts';
import { createThreads, type Threads } from './threads.ts';

/** What the work on incidents needs. */
export interface DeskOptions {
  readonly chat: AlertChat;
  readonly facts: AlertFacts;
  readonly signals: Pick<SignalStore, 'told' | 'claim' | 'close' | 'position'>;
  readonly incidents: IncidentStore;
  /** What people did; nothing when absent. */
  readonly acts?: ActStore;
  readonly silences?: SilenceStore;
  /** The channel for alarms where no route names one. */
  readonly channel: string;
  /** Everything goes to `channel`, and nobody is called, when absent. */
  readonly routing?: Routing;
  readonly paging?: Paging;
  /** A flapping leader must keep still for so long before its incident is over. */
  readonly quietMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a claim is trusted without asking the store. */
  readonly ownerMs?: number;
  /** Milliseconds between looks at the new leader; longer as time passes. */
  readonly lookEveryMs?: number;
  /** Told when the workspace has accepted a signal, for metrics. */
  readonly accepted?: (signal: Signal, atMs: number) => void;
}

export interface Means extends DeskOptions {
  readonly stop: AbortSignal;
  /** Where the newest signals were told by this bot; the store may say so later or not at all. */
  readonly toldAt: Map<string, Posted & { readonly incident: string }>;
  /** As last read; `undefined` before that. */
  readonly silenced: { all: readonly Silence[] | undefined };
  /**
   * By cluster and channel: settles when what came before is told, so that nothing of a cluster is told in a channel before what happened
   * to it earlier, and a channel that takes nothing holds up no other. False when that is told by another bot: what waits behind it is
   * given up here too, and comes again in its order with the next sweep.
   */
  readonly turns: Map<string, Promise<boolean>>;
  readonly threads: Threads;
  drop(live: Live): void;
}

export const emptyMemory = (options: DeskOptions): Pick<Means, 'toldAt' | 'turns' | 'threads' | 'silenced'> => ({
  ...{ toldAt: new Map(), turns: new Map(), threads: createThreads(options) },
  silenced: { all: undefined },
});

/** An incident that this bot owns just now. */
export interface Live {
  incident: Incident;
  /** What is to be done on this incident, one after the other. */
  turn: Promise<void>;
  ownedAtMs: number;
  /** Another bot has it now. */
  lost: boolean;
  editQueued: boolean;
  following: boolean;
  /** Its record was read where another bot may have begun it. */
  ready: boolean;
  /** What is under way of calling people; once at a time. */
  calling: boolean;
  /** The targets that are being told just now, and what. */
  readonly paging: Map<string, 'open' | 'changed' | 'resolved'>;
  /** A target that could not be told is told again after this. */
  callAgainAtMs: number;
  finishing: boolean;
  /** When the newest words of its conditions were last looked for. */
  wordsAtMs: number;
  /** What a silence held back is being posted. */
  telling: boolean;
  /** The signals applied here, oldest first. */
  readonly seen: Signal[];
  readonly over: AbortController;
}

export function liveOf(incident: Incident, nowMs: number): Live {
  const over = new AbortController();
  return {
    incident,
    turn: Promise.resolve(),
    ownedAtMs: nowMs,
    lost: false,
    editQueued: false,
    following: false,
    ready: true,
    calling: false,
    paging: new Map(),
    callAgainAtMs: 0,
    finishing: false,
    wordsAtMs: nowMs,
    telling: false,
    seen: [],
    over,
  };
}

/** Does it after what is under way on this incident; a failure is logged and ends only this. */
export function enqueue({ log }: Means, live: Live, task: () => Promise<void>): Promise<void> {
  live.turn = live.turn.then(task).catch((error: unknown) => {
    log.error('an incident could not be kept up to date', { incident: live.incident.id, error: asError(error).message });
  });
  return live.turn;
}

/** False when the store did not take it, which alarms survive. */
export async function stored({ log }: Pick<Means, 'log'>, what: string, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    log.warn('the store did not take it', { what, error: asError(error).message });
    return false;
  }
}

/** `unknown`: the claim has run out since it was renewed, or there is none, so another bot may have told what is told here. */
export type Ours = boolean | 'unknown';

/**
 * Asks the store only when the claim is old; when another bot has it, this one lets go for good. Old is half of a claim's life: the
 * store's clock runs since it was asked, not since it answered, and the post that follows takes time as well.
 */
export async function stillOurs(means: Means, live: Live): Promise<Ours> {
  const { clock, ownerMs = 6000 } = means;
  if (live.lost) return false;
  // Nobody owns what the store does not know.
  if (!live.incident.recorded) return 'unknown';
  if (clock.now() - live.ownedAtMs < ownerMs / 2) return true;
  const askedAtMs = clock.now();
  const ours = await claimed(means, live);
  const hadRunOut = askedAtMs - live.ownedAtMs >= ownerMs;
  if (ours) live.ownedAtMs = askedAtMs;
  else if (ours === false) letGo(means, live);
  return ours !== false && hadRunOut ? 'unknown' : (ours ?? true);
}

/** `undefined` when the store does not say. */
async function claimed({ signals, log }: Means, { incident }: Live): Promise<boolean | undefined> {
  try {
    return await signals.claim(incident.id);
  } catch (error) {
    log.warn('the store does not say whose incident it is', { incident: incident.id, error: asError(error).message });
    return undefined;
  }
}

/** What waits to be posted of it is not posted: its new owner does. */
export function letGo(means: Pick<Means, 'drop'>, live: Live): void {
  live.lost = true;
  means.drop(live);
}

/** Edits the parent message to the newest state; edits that wait are one. */
export function refresh(means: Means, live: Live): void {
  if (live.editQueued) return;
  live.editQueued = true;
  void enqueue(means, live, async () => {
    live.editQueued = false;
    const { ts, channel } = live.incident;
    if (ts === undefined || !(await stillOurs(means, live))) return;
    await means.chat.update({ channel, ts, message: incidentMessage(live.incident, peopleOf(means, live.incident)) });
  });
}

/** An entry in the thread and the edit that goes with it; of a leader that flaps the thread tells its changes and no more. */
export function phase(means: Means, live: Live, text: string, sign: Sign): void {
  live.incident = noted(live.incident, means.clock.now(), text);
  if (live.incident.flapping && live.incident.resolvedAtMs === undefined && sign === 'ok') refresh(means, live);
  else post(means, live, phaseMessage(live.incident.cluster, text, sign));
}

/** A message in the thread and the edit that goes with it. */
export function post(means: Means, live: Live, message: Message): void {
  void enqueue(means, live, async () => {
    const { ts, channel } = live.incident;
    if (ts === undefined || !(await stillOurs(means, live))) return;
    await means.chat.post({ channel, threadTs: ts, message });
  });
  refresh(means, live);
}

export async function save(means: Means, live: Live): Promise<boolean> {
  return stored(means, 'incident', () => means.incidents.save(live.incident));
}

/** The incident as it is when it is over. */
export function ended(incident: Incident, outcome: string, atMs: number): Incident {
  const { waitsFor: _, pendingOutcome: __, silencedBy: ___, ...rest } = incident;
  return noted({ ...rest, resolvedAtMs: atMs, outcome }, atMs, outcome);
}
