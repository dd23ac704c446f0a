import type { MaintenanceLock } from '../core/maintenance.ts';
import { formatDuration } from '../core/units.ts';

/** Who keeps a cluster, why, since when and until when, as a clause: for somebody who is refused. */
export function maintenanceWords({ cluster, holder, reason, sinceMs, untilMs }: MaintenanceLock, nowMs: number): string {
  const since = formatDuration(Math.max(0, nowMs - sinceMs));
  const left = formatDuration(Math.max(0, untilMs - nowMs));
  return `${cluster} is locked for maintenance by ${holder.userName || holder.userId} (${reason}), since ${since}, for another ${left}`;
}
