import { asError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Signal } from '../core/signal.ts';
import { applySignal } from './apply-signal.ts';
import { deliver, type Delivery, type Told } from './deliver.ts';
import { incidentMessage, signalMessage } from './incident-message.ts';
import { type Live, type Means, refresh, save, stillOurs, stored } from './live.ts';
import type { Posted } from './ports.ts';
import { peopleOf } from './route.ts';
import { isHeld, silenceOn } from './silenced.ts';

/** A signal that is ours to tell. */
export interface Task {
  readonly signal: Signal;
  readonly incident: string;
  /** An earlier owner may have posted it: look first. */
  readonly again: boolean;
  /** A bot that lives may be posting it just now: look twice. */
  readonly isInDoubt?: boolean;
  /** False when the store did not answer. */
  readonly recorded: boolean;
}

/** Tells it as the parent message when the incident has none, else in its thread, and notes where. False when it is not ours any more. */
export async function tellSignal(
  means: Means,
  live: Live,
  { signal, again, inDoubtSinceMs, recorded }: Task & Pick<Delivery, 'inDoubtSinceMs'>,
): Promise<boolean> {
  // Nothing that may need somebody now waits for the store.
  if (means.silenced.all === undefined && live.incident.cause === 'condition') await readSilences(means);
  live.incident = underSilence(means, live.incident);
  if (isHeld(live.incident)) {
    await hold(means, live, signal);
    return true;
  }
  const { ts, channel } = live.incident;
  const people = peopleOf(means, live.incident);
  // An edit of the parent message calls nobody.
  const called = live.incident.heavier?.signal === signal.id ? people : [];
  const message = ts === undefined ? incidentMessage(live.incident, people) : signalMessage(signal, called);
  const thread = ts === undefined ? {} : { threadTs: ts };
  const posted = await deliver(means, {
    ...{ signal, channel, message, ...thread },
    // Without the store another bot may have told it as well.
    again: again || !recorded,
    ...(inDoubtSinceMs === undefined ? {} : { inDoubtSinceMs }),
    otherThreads: () => means.threads.of(signal.cluster),
    stillOurs: () => stillOurs(means, live),
  });
  if (!posted) return false;
  keepTold(means, signal, posted, live.incident.id);
  standsAt(means, live, posted);
  if (!live.incident.recorded) return true;
  await noteTold(means, signal, posted);
  await save(means, live);
  return true;
}

/** What stands in the thread of another incident is no parent message of this one. */
function standsAt(means: Means, live: Live, { ts, isElsewhere = false, heads = false }: Told): void {
  const { incident } = live;
  // What came after it may stand in its thread.
  if (heads) means.threads.note(incident.cluster, ts);
  if (isElsewhere) return;
  means.threads.note(incident.cluster, incident.ts ?? ts);
  if (incident.ts === undefined) live.incident = { ...incident, ts };
  else refresh(means, live);
}

/** A silence covers it: it is kept, and out of the outbox. It is posted when the silence ends before it does. */
async function hold(means: Means, live: Live, signal: Signal): Promise<void> {
  if (!(await save(means, live))) return;
  await noteTold(means, signal, { channel: live.incident.channel, ts: 'silenced' });
}

/** Reads the silences of now; while the store is away those that were read last go on. */
export async function readSilences(means: Means): Promise<void> {
  const { silences, silenced } = means;
  if (!silences) return;
  await stored(means, 'silences', async () => {
    silenced.all = await silences.list();
  });
}

/** The incident as the silences of now leave it; what is not known leaves it as it was. */
export function underSilence({ silenced, clock }: Means, incident: Incident): Incident {
  const { silencedBy, ...rest } = incident;
  const silence = silenceOn(rest, silenced.all ?? (silencedBy ? [silencedBy] : []), clock.now());
  return silence ? { ...rest, silencedBy: silence } : rest;
}

/** Posts what a silence held back. */
export async function tellHeld(means: Means, live: Live): Promise<void> {
  const { id, cluster, channel } = live.incident;
  const posted = await deliver(means, {
    ...{ signal: { id, cluster }, channel, again: true },
    message: incidentMessage(live.incident, peopleOf(means, live.incident)),
    stillOurs: () => stillOurs(means, live),
  });
  if (!posted) return;
  live.incident = { ...live.incident, ts: posted.ts };
  await save(means, live);
}

/** In the thread of the run that did it. What fails stays in the outbox and comes again with the next sweep. */
export async function tellRun(means: Means, run: string, signal: Signal): Promise<void> {
  try {
    const posted = await means.facts.tellRun(run, signal, signalMessage(signal));
    keepTold(means, signal, posted, `run:${run}`);
    await noteTold(means, signal, posted);
  } catch (error) {
    means.log.warn('a run could not be told yet', { run, signal: signal.id, error: asError(error).message });
  }
}

/** More than can be on their way between this bot and the store. */
const TOLD_KEPT = 10_000;

function keepTold({ toldAt, accepted, clock, log }: Means, signal: Signal, posted: Posted, incident: string): void {
  log.debug('a signal is told', { signal: signal.id, incident, ts: posted.ts });
  accepted?.(signal, clock.now());
  toldAt.set(signal.id, { ...posted, incident });
  for (const oldest of toldAt.keys()) {
    if (toldAt.size <= TOLD_KEPT) return;
    toldAt.delete(oldest);
  }
}

/** What the store does not take comes again with the next sweep. */
export async function noteTold(means: Means, signal: Signal, posted: Posted): Promise<void> {
  await stored(means, 'told', () => means.signals.told(signal.id, posted));
}

/** Another bot may have begun this incident: its record comes first, then what this bot has seen since. */
export async function loadBegun(means: Means, live: Live): Promise<void> {
  const begun = await means.incidents.load(live.incident.id).catch(() => undefined);
  if (begun) live.incident = live.seen.reduce(applySignal, begun);
  if (begun?.ts !== undefined) means.threads.note(begun.cluster, begun.ts);
  live.ready = true;
}
