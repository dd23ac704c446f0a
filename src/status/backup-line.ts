import { backupFlaws, type Backups, lastGood } from '../core/backups.ts';
import type { Part } from '../core/message.ts';
import type { Reading } from '../core/reading.ts';
import { formatBytes, formatDuration } from '../core/units.ts';

/** One line about the last good backup; nothing where no backup tool is configured. */
export function backupLine(backups: Reading<Backups> | undefined, nowMs: number): readonly Part[] {
  if (!backups) return [];
  if (!backups.ok) return [{ sign: 'unknown', line: `Last good backup not read: ${backups.why}` }];
  const { tool, of, maxAgeMs } = backups.value;
  const flaws = backupFlaws(backups.value, nowMs);
  const more = `${flaws.map((one) => `; ${one}`).join('')}${runs(backups.value)}`;
  const last = lastGood(backups.value, nowMs);
  if (!last) return [{ sign: 'warn', line: `No good backup: ${tool} has none of ${of}${more}` }];
  const ageMs = Math.max(0, nowMs - last.endedAtMs);
  const isOld = ageMs > maxAgeMs;
  const size = last.bytes === undefined ? '' : `, ${formatBytes(last.bytes)}`;
  const limit = isOld ? `, older than ${formatDuration(maxAgeMs)}` : '';
  return [
    {
      sign: isOld || flaws.length > 0 ? 'warn' : 'info',
      line: [
        `Last good backup ${formatDuration(ageMs)} ago (`,
        { timeMs: last.endedAtMs },
        `)${limit}: ${last.kind}${size}${more}`,
      ],
    },
  ];
}

function runs({ running }: Backups): string {
  const [first] = running;
  if (!first) return '';
  return `; one runs now on ${first.on}${first.percent === undefined ? '' : ` (${first.percent} %)`}`;
}
