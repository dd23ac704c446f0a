import type { Backups } from '../core/backups.ts';
import type { Clock } from '../core/clock.ts';
import type { Reading } from '../core/reading.ts';
import { bounded } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

const ANSWER_MS = 8500;

/** What the backup tool says; absent where there is none to ask. */
export async function readBackups(
  { backups, info }: ClusterParts,
  clock: Clock,
  withinMs = ANSWER_MS,
): Promise<Reading<Backups> | undefined> {
  return backups && bounded(clock, `the backups of ${info.name}`, backups, withinMs);
}
