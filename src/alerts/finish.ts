import { clearedOutcome, conditionWords, openConditions } from './fold-condition.ts';
import { ended, enqueue, type Live, type Means, phase, refresh, save, stored } from './live.ts';
import { tellEnd } from './call-people.ts';

const MOST_NAMED = 3;

/**
 * Ends an incident that is over: all its conditions have cleared, and, where it is about a leader, that part has ended and a flapping one has
 * kept still. Says what it waits for otherwise. `quietly`: the thread has just been told the same.
 */
export function settle(means: Means, live: Live, quietly = false): void {
  const { incident } = live;
  if (incident.resolvedAtMs !== undefined || live.finishing || live.lost || !live.ready) return;
  const isOver = incident.cause === 'condition' || incident.pendingOutcome !== undefined;
  if (!isOver) return;
  const waitsFor = waiting(means, live);
  if (waitsFor === undefined) finish(means, live, quietly);
  if (waitsFor === undefined || waitsFor === incident.waitsFor || incident.cause === 'condition') return;
  live.incident = { ...incident, waitsFor };
  refresh(means, live);
}

function waiting({ clock, quietMs = 0 }: Means, { incident }: Live): string | undefined {
  const open = openConditions(incident);
  if (open.length > 0) {
    const named = open.slice(0, MOST_NAMED).map(conditionWords).join('; ');
    return open.length > MOST_NAMED ? `${named} and ${open.length - MOST_NAMED} more` : named;
  }
  const { flapping } = incident;
  if (!flapping || clock.now() - flapping.lastAtMs >= quietMs) return undefined;
  return `the leader to keep still until ${new Date(flapping.lastAtMs + quietMs).toISOString().slice(11, 16)} UTC`;
}

function finish(means: Means, live: Live, quietly: boolean): void {
  live.finishing = true;
  void enqueue(means, live, async () => {
    try {
      await finished(means, live, quietly);
    } finally {
      live.finishing = false;
    }
  });
}

/** A condition that has just come keeps it open: the store knows before its signal arrives here. */
async function finished(means: Means, live: Live, quietly: boolean): Promise<void> {
  if (live.incident.resolvedAtMs !== undefined || waiting(means, live) !== undefined) return;
  const { cluster, id } = live.incident;
  let holds = false;
  const closed = await stored(means, 'close', async () => {
    holds = (await means.signals.close(cluster, id, { ifNothingHeld: true })) === false;
  });
  if (holds) return;
  const outcome = live.incident.pendingOutcome ?? clearedOutcome(live.incident);
  live.incident = ended(live.incident, outcome, means.clock.now());
  if (quietly) refresh(means, live);
  else phase(means, live, outcome, 'done');
  tellEnd(means, live);
  void enqueue(means, live, async () => {
    if (closed) await save(means, live);
    means.drop(live);
  });
}

/** The last word on an incident, whatever it still waits for; after it no signal joins it. */
export function resolve(means: Means, live: Live, outcome: string): void {
  if (live.incident.resolvedAtMs !== undefined) return;
  live.incident = ended(live.incident, outcome, means.clock.now());
  phase(means, live, outcome, 'done');
  tellEnd(means, live);
  close(means, live);
}

/** Closes and saves a resolved incident and lets go of it. One that could not be closed stays open in the store and is taken up again. */
function close(means: Means, live: Live): void {
  void enqueue(means, live, async () => {
    const { cluster, id } = live.incident;
    const closed = await stored(means, 'close', () => means.signals.close(cluster, id));
    if (closed) await save(means, live);
    means.drop(live);
  });
}
