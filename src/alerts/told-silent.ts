import type { Clock } from '../core/clock.ts';
import type { IncidentStore } from './ports.ts';
import type { ProbeWatchOptions } from './probe-watch.ts';

/** Many leaders answer at once after a start: they share one look. */
const SHARED_MS = 1000;

/** Since when a leader is told to be silent by an incident that is open: nothing but the silence is known of it. */
export function createToldSilent(
  incidents: Pick<IncidentStore, 'open'>,
  clock: Clock,
): Required<ProbeWatchOptions>['toldSilent'] {
  let last: { readonly open: ReturnType<IncidentStore['open']>; readonly atMs: number } | undefined;
  return async (cluster, leader) => {
    if (!last || clock.now() - last.atMs >= SHARED_MS) last = { open: incidents.open(), atMs: clock.now() };
    const open = await last.open;
    const silent = open.find(
      ({ cluster: of, cause, from, to, lostAtMs, pendingOutcome }) =>
        of === cluster &&
        cause === 'unknown' &&
        from === leader &&
        to === undefined &&
        lostAtMs === undefined &&
        pendingOutcome === undefined,
    );
    return silent?.openedAtMs;
  };
}
