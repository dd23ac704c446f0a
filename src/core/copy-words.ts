import type { BaseBackup } from './base-backup.ts';
import { formatBytes, formatDuration } from './units.ts';

/** The phase in which bytes are copied; before it the server gets ready, after it the WAL is sent (PostgreSQL docs, monitoring.sgml). */
const COPYING = 'streaming database files';

/**
 * How far a base backup is, by the server that sends it: `copied 45 MiB of 100 MiB (45 %), 5 MiB/s, about 11 s left`; in another phase
 * that phase. The rate is that since its beginning. `elapsedMs` stands for its age where that is not known.
 */
export function copyWords(copy: Omit<BaseBackup, 'pid' | 'address'>, elapsedMs: number): string {
  const { phase, streamedBytes = 0, totalBytes = 0, ageMs = elapsedMs } = copy;
  if (streamedBytes === 0) return phase;
  if (phase !== COPYING) return `${phase}, ${copiedBytes(copy)}`;
  const perSecond = streamedBytes / Math.max(1, ageMs / 1000);
  const leftMs = (Math.max(0, totalBytes - streamedBytes) / perSecond) * 1000;
  const left = leftMs > 0 ? `, about ${formatDuration(Math.ceil(leftMs / 1000) * 1000)} left` : '';
  return `copied ${copiedBytes(copy)}, ${formatBytes(Math.round(perSecond))}/s${left}`;
}

/** `45 MiB of 100 MiB (45 %)`. The server's estimate can be too low, and a copy that is not done is not at 100 %. */
export function copiedBytes({ streamedBytes = 0, totalBytes }: Pick<BaseBackup, 'streamedBytes' | 'totalBytes'>): string {
  if (!totalBytes) return formatBytes(streamedBytes);
  const percent = Math.min(99, Math.floor((100 * streamedBytes) / totalBytes));
  return `${formatBytes(streamedBytes)} of ${formatBytes(totalBytes)} (${percent} %)`;
}
