import { refusal } from '../core/errors.ts';
import type { MaintenanceLock } from '../core/maintenance.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import { formatDuration } from '../core/units.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { maintenanceWords } from './maintenance-words.ts';

export interface KeepTerms {
  readonly reason: string;
  readonly forMs: number;
}

const SHORTEST_MS = 60_000;
const LONGEST_MS = 7 * 86_400_000;

/**
 * Locks a cluster for maintenance, for a person who was just admitted; one's own lock is taken anew.
 * @throws Refusal while somebody else holds it, or for a time that is too short or too long.
 */
export async function lockCluster(
  needs: LedgerNeeds,
  cluster: string,
  by: Asker,
  { reason, forMs }: KeepTerms,
): Promise<Message> {
  const { maintenance, clock } = needs;
  if (forMs < SHORTEST_MS || forMs > LONGEST_MS)
    throw refusal(`a lock for ${formatDuration(forMs)} is not given`, 'Lock it for one minute to seven days: --for 2h.');
  const nowMs = clock.now();
  const holder = { userId: by.userId, userName: by.userName };
  const lock: MaintenanceLock = { cluster, holder, reason, sinceMs: nowMs, untilMs: nowMs + forMs };
  const why = `${reason}; for ${formatDuration(forMs)}`;
  const { result: _, ...facts } = byPerson(by, aboutCluster(cluster), { what: 'cluster.lock', result: '', atMs: nowMs, why });
  const other = await maintenance.take(lock, facts);
  if (other) throw refusal(maintenanceWords(other), `Ask the holder, or an admin, who ends it with \`/pg unlock ${cluster}\`.`);
  const says = `${cluster} is locked for maintenance for ${formatDuration(forMs)}`;
  return {
    summary: says,
    parts: [
      { title: says, sign: 'ok' },
      { line: ['By ', { person: by.userId }, `: ${reason}`] },
      { line: ['Until ', { timeMs: lock.untilMs }, ' changes by other people are refused; break-glass passes.'] },
      { note: ['End it before with ', { code: `/pg unlock ${cluster}` }, '.'] },
    ],
  };
}

/**
 * Ends a maintenance lock: one's own, or for an admin anybody's.
 * @throws Refusal when there is none, or it is somebody else's.
 */
export async function unlockCluster(needs: LedgerNeeds, cluster: string, by: Asker, isAdmin: boolean): Promise<Message> {
  const { maintenance, clock } = needs;
  const atMs = clock.now();
  const lock = await maintenance.of(cluster);
  const why = lock && lock.holder.userId !== by.userId ? `held by ${lock.holder.userName}` : undefined;
  const { result: _, ...facts } = byPerson(by, aboutCluster(cluster), { what: 'cluster.unlock', result: '', atMs, why });
  const outcome = await maintenance.release(cluster, { userId: by.userId, anybodys: isAdmin }, facts);
  if (outcome === 'none' || !lock) throw refusal(`${cluster} is not locked for maintenance`, `See \`/pg status ${cluster}\`.`);
  if (outcome === 'held') throw refusal(maintenanceWords(lock), 'The holder ends it, or an admin.');
  const says = `${cluster} is no longer locked for maintenance`;
  return { summary: says, parts: [{ line: says, sign: 'ok' }] };
}

/** For a line of the audit log. */
export function aboutCluster(cluster: string) {
  return { id: '', cluster, planHash: '' };
}
