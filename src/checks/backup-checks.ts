import { backupFlaws, type Backups, lastGood } from '../core/backups.ts';
import { type Check, passed, warned } from '../core/check.ts';
import type { Reading } from '../core/reading.ts';
import { formatDuration } from '../core/units.ts';

/**
 * Whether there is something to fall back on, and whether a backup runs now: it never blocks, as an old backup is no reason to leave a
 * cluster without a leader. None where no backup tool is configured.
 */
export function backupChecks(backups: Reading<Backups> | undefined, nowMs: number): readonly Check[] {
  if (!backups) return [];
  if (!backups.ok)
    return [
      warned(
        'last-backup',
        `when the last good backup ended can not be read: ${backups.why}`,
        'Look at the backup tool by hand; if this goes wrong, the backup is what is left.',
      ),
    ];
  return [lastBackup(backups.value, nowMs), noneRuns(backups.value)];
}

function lastBackup(backups: Backups, nowMs: number): Check {
  const id = 'last-backup';
  const limit = `ended at most ${formatDuration(backups.maxAgeMs)} ago`;
  const flaw = backupFlaws(backups, nowMs)
    .map((one) => `; ${one}`)
    .join('');
  const last = lastGood(backups, nowMs);
  const start = 'Make one first, where there is time.';
  if (!last) return warned(id, `${backups.tool} has no good backup of ${backups.of}${flaw}`, start, limit);
  const says = `the last good backup of ${backups.of} (${last.kind}, ${last.label}) ended ${formatDuration(Math.max(0, nowMs - last.endedAtMs))} ago${flaw}`;
  if (nowMs - last.endedAtMs > backups.maxAgeMs) return warned(id, says, start, limit);
  return flaw === '' ? passed(id, says, limit) : warned(id, says, `See to ${backups.tool}.`, limit);
}

function noneRuns({ tool, of, running }: Backups): Check {
  const id = 'no-backup-running';
  if (running.length === 0) return passed(id, `no backup of ${of} runs`);
  const each = running.map(({ on, percent }) => `on ${on}${percent === undefined ? '' : `, ${percent} % done`}`);
  return warned(
    id,
    `a backup of ${of} by ${tool} runs right now (${each.join('; ')})`,
    'It breaks off where the member that it copies stops; wait for it to end.',
  );
}
