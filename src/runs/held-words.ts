import { formatDuration } from '../core/units.ts';
import type { LockHolder } from './needs.ts';

/** Who holds what and since when, as a clause: `billing is held by run r4k2m9xq (switchover) for 12 s`. */
export function heldWords(holders: readonly LockHolder[], nowMs: number): string {
  return holders
    .map(({ resource, run, runbook, sinceMs }) => {
      const name = resource.slice(resource.indexOf(':') + 1);
      return `${name} is held by run ${run} (${runbook}) for ${formatDuration(Math.max(0, nowMs - sinceMs))}`;
    })
    .join('; ');
}
