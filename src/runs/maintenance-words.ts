import type { MaintenanceLock } from '../core/maintenance.ts';

/** Who keeps a cluster, why, since when and until when, as a clause: for somebody who is refused. */
export function maintenanceWords({ cluster, holder, reason, sinceMs, untilMs }: MaintenanceLock): string {
  const who = holder.userName || holder.userId;
  return `${cluster} is locked for maintenance by ${who} (${reason}) since ${utc(sinceMs)}, until ${utc(untilMs)}`;
}

/** Kept with runs and read later, so it is no span of time. */
function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
