import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { Sign } from '../core/message.ts';
import type { Signal } from '../core/signal.ts';
import { incidentMessage, phaseMessage } from './incident-message.ts';
import type { AlertChat, AlertFacts, IncidentStore, Posted, SignalStore } from './ports.ts';

/** What the work on incidents needs. */
export interface DeskOptions {
  readonly chat: AlertChat;
  readonly facts: AlertFacts;
  readonly signals: Pick<SignalStore, 'told' | 'claim' | 'close'>;
  readonly incidents: IncidentStore;
  /** The channel for alarms. */
  readonly channel: string;
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
  readonly toldAt: Map<string, Posted>;
  /** By cluster: settles when what came before is told, so that nothing of a cluster is told before what happened to it earlier. */
  readonly turns: Map<string, Promise<void>>;
  drop(live: Live): void;
}

export const emptyMemory = (): Pick<Means, 'toldAt' | 'turns'> => ({ toldAt: new Map(), turns: new Map() });

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

/**
 * Asks the store only when the claim is old; when another bot has it, this one lets go for good. Old is half of a claim's life: the
 * store's clock runs since it was asked, not since it answered, and the post that follows takes time as well.
 */
export async function stillOurs(means: Means, live: Live): Promise<boolean> {
  const { clock, ownerMs = 6000 } = means;
  if (live.lost) return false;
  if (!live.incident.recorded || clock.now() - live.ownedAtMs < ownerMs / 2) return true;
  const askedAtMs = clock.now();
  const ours = await claimed(means, live);
  if (ours) live.ownedAtMs = askedAtMs;
  else letGo(means, live);
  return ours;
}

/** Without the store nobody can take it over. */
async function claimed({ signals, log }: Means, { incident }: Live): Promise<boolean> {
  try {
    return await signals.claim(incident.id);
  } catch (error) {
    log.warn('the store does not say whose incident it is', { incident: incident.id, error: asError(error).message });
    return true;
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
    await means.chat.update({ channel, ts, message: incidentMessage(live.incident) });
  });
}

/** An entry in the thread and the edit that goes with it. */
export function phase(means: Means, live: Live, text: string, sign: Sign): void {
  void enqueue(means, live, async () => {
    const { ts, cluster, channel } = live.incident;
    if (ts === undefined || !(await stillOurs(means, live))) return;
    await means.chat.post({ channel, threadTs: ts, message: phaseMessage(cluster, text, sign) });
  });
  refresh(means, live);
}

export async function save(means: Means, live: Live): Promise<boolean> {
  return stored(means, 'incident', () => means.incidents.save(live.incident));
}

/** The last word on an incident; after it no signal joins it. */
export function resolve(means: Means, live: Live, outcome: string): void {
  if (live.incident.resolvedAtMs !== undefined) return;
  const { waitsFor: _, ...rest } = live.incident;
  live.incident = { ...rest, resolvedAtMs: means.clock.now(), outcome };
  phase(means, live, outcome, 'done');
  close(means, live);
}

/** Saves a resolved incident and lets go of it. */
export function close(means: Means, live: Live): void {
  void enqueue(means, live, async () => {
    await save(means, live);
    await stored(means, 'close', () => means.signals.close(live.incident.cluster, live.incident.id));
    means.drop(live);
  });
}
