import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Desk } from './desk.ts';
import type { IncidentStore, SignalStore } from './ports.ts';

export interface SweepOptions {
  readonly store: Pick<SignalStore, 'renew' | 'takeOver' | 'claim'>;
  readonly incidents: Pick<IncidentStore, 'open'>;
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
}

/**
 * Keeps this bot's claims alive and takes over what a dead bot left: untold signals first, then incidents that nobody follows.
 * Returns what stops it.
 */
export function startSweep({ store, incidents, desk, clock, log, everyMs = 2000 }: SweepOptions): () => void {
  const takeOver = async () => {
    for (const { signal, incident, again, isInDoubt = false } of await store.takeOver()) {
      if (desk.tells(signal.id)) continue;
      log.warn('a signal that its bot left untold is told here', { signal: signal.id });
      void desk.handle({ signal, incident, again, isInDoubt, recorded: true });
    }
  };
  const sweep = async () => {
    const asked = desk.owned();
    const sinceMs = clock.now();
    desk.renewed(asked, await store.renew(asked), sinceMs);
    await takeOver();
    const owned = new Set(desk.owned());
    for (const incident of await incidents.open()) {
      if (owned.has(incident.id) || !(await store.claim(incident.id))) continue;
      desk.adopt(incident);
      await takeOver();
    }
  };
  return clock.every(everyMs, sweep, (error) =>
    log.warn('the outbox could not be looked through', { error: asError(error).message }),
  );
}
