import { z } from 'zod';
import type { DataDirectory } from '../core/data-directory.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import { isFileReport, restoreProgress } from '../core/unit-progress.ts';
import type { UnitSight } from '../core/unit-sight.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Label of the backup. */
  set: z.string(),
  /** Of the unit that restores. */
  claim: z.string(),
  /** Size of the backup. */
  bytes: z.number().int().nonnegative().exactOptional(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'backup-restored',
  args: Args,
  says: ({ member, set }) => `${set} is restored on ${member}, and its control file is there`,
  async judge(args, view, sinceMs) {
    const { cluster, member, claim } = args;
    const unit = await view.unit(cluster, member, claim);
    const running = judgeRestore(args, unit, view.now() - sinceMs);
    return running ?? judgeRestored(args, await view.dataDirectory(cluster, member));
  },
});

export const backupRestoredState = state;

/**
 * The restore has ended well, and what pgBackRest writes last and takes away last says so: the control file is there and its manifest is
 * not (restore.c). The backup's label is still there: nobody has recovered it.
 */
export const backupRestored = (args: z.input<typeof Args>): StateData => build(args);

/** By the unit; `undefined` when it has ended well. */
export function judgeRestore({ member, bytes }: Args, unit: Reading<UnitSight>, elapsedMs: number): Verdict | undefined {
  if (!unit.ok) return notYet(`how the restore on ${member} stands can not be read: ${unit.why}`);
  const { state: is, exitCode, lines } = unit.value;
  if (is === 'absent') return notYet(`the restore on ${member} has not begun`);
  if (is === 'running') return notYet(`pgBackRest on ${member}: ${restoreProgress(lines, { bytes, elapsedMs })}`);
  const half = `the data directory of ${member} is half restored and must not be started`;
  if (is === 'vanished') return impossible(`the restore on ${member} is gone without a result, as after a power cut: ${half}`);
  if (exitCode !== 0) return impossible(`pgBackRest on ${member} ended with exit ${exitCode} (${lastWords(lines)}): ${half}`);
  return undefined;
}

/** By what is in the data directory. */
export function judgeRestored({ member, set }: Args, data: Reading<DataDirectory>): Verdict {
  if (!data.ok) return notYet(`pgBackRest on ${member} is done; its data directory can not be read yet: ${data.why}`);
  const { names } = data.value;
  if (names.includes('backup.manifest'))
    return impossible(`pgBackRest on ${member} says it is done, but the manifest of an unfinished restore is there`);
  if (names.includes('backup_label')) return holds(`${set} is restored on ${member}`);
  return impossible(`pgBackRest on ${member} says it is done, but no backup_label is there: that restore was of another time`);
}

function lastWords(lines: readonly string[]): string {
  const errors = lines.filter((line) => /ERROR:|HINT:/.test(line));
  const words = errors.length > 0 ? errors.slice(-3) : lines.filter((line) => !isFileReport(line)).slice(-1);
  return (
    words
      .map((line) => line.replace(/^P\d+\s+/, '').trim())
      .join(' / ')
      .slice(0, 400) || 'it said nothing'
  );
}
