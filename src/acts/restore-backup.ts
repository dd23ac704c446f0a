import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { isFileReport } from '../core/unit-progress.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Label of the backup. */
  set: z.string().regex(/^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/),
  /** Names the unit: made of system identifier, timeline, backup and where the member stands, so that a late worker restores nothing twice. */
  claim: z.string().regex(/^restore-[A-Za-z0-9.-]{1,90}$/),
  withinMs: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'restore-backup',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, set, claim, withinMs }, hands, { signal }) {
    if ((await hands.hosts.unit.status(cluster, member, claim, signal)).state !== 'absent')
      return { performed: false, says: `the restore of ${set} on ${member} was begun before; it is not begun twice` };
    await hands.hosts.run(cluster, member, { name: 'mark restore', claim }, signal);
    signal.throwIfAborted();
    const command = { name: 'restore backup', set } as const;
    if ((await hands.hosts.unit.start(cluster, member, { claim, withinMs, command }, signal)) === 'taken')
      return { performed: false, says: `the restore of ${set} on ${member} was begun before; it is not begun twice` };
    return { performed: true, says: `pgBackRest restores ${set} on ${member} as the unit trunkline-${claim}` };
  },
  async end({ cluster, member, claim }, hands, { signal }) {
    const status = await hands.hosts.unit.kill(cluster, member, claim, signal);
    if (status.state === 'ended' && status.exitCode === 0)
      return {
        gone: true,
        says: `the restore on ${member} had ended well already; its data directory is not recovered yet: \`/pg rebuild ${cluster} ${member}\` goes on`,
      };
    return {
      gone: true,
      says: `the restore on ${member} was ended, and its data directory is half restored: \`/pg rebuild ${cluster} ${member}\` restores it again`,
    };
  },
  async explain({ cluster, member, claim }, hands, _sinceMs, signal) {
    const { lines } = await hands.hosts.unit.log(cluster, member, { claim }, signal);
    return lines.filter((line) => !isFileReport(line)).slice(-10);
  },
});

export const restoreBackupAct = act;

/** pgBackRest restores a backup over a stopped member's data directory, as a unit on its host; what is as in the backup stays. */
export const restoreBackup = (args: z.input<typeof Args>): ActData<'never'> => build(args);
