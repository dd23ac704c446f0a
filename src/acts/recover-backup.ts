import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Names the unit, as that of the restore. */
  claim: z.string().regex(/^recover-[A-Za-z0-9.-]{1,90}$/),
  withinMs: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'recover-backup',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, claim, withinMs }, hands, { signal }) {
    const command = { name: 'recover backup' } as const;
    if ((await hands.hosts.unit.start(cluster, member, { claim, withinMs, command }, signal)) === 'taken')
      return { performed: false, says: `the recovery of the backup on ${member} was begun before; it is not begun twice` };
    return {
      performed: true,
      says: `PostgreSQL recovers the backup on ${member} as the unit trunkline-${claim}, and lets nobody in`,
    };
  },
  async end({ cluster, member, claim }, hands, { signal }) {
    const status = await hands.hosts.unit.kill(cluster, member, claim, signal);
    const did = status.state === 'ended' && status.exitCode === 0 ? 'had ended well already' : 'was ended';
    return {
      gone: true,
      says: `the recovery of the backup on ${member} ${did}; \`/pg rebuild ${cluster} ${member}\` says how to go on`,
    };
  },
  async explain({ cluster, member, claim }, hands, _sinceMs, signal) {
    return (await hands.hosts.unit.log(cluster, member, { claim }, signal)).lines.slice(-10);
  },
});

export const recoverBackupAct = act;

/** PostgreSQL recovers a restored backup to its end by the archive and shuts down, as a unit on the member's host; nobody can connect. */
export const recoverBackup = (args: z.input<typeof Args>): ActData<'never'> => build(args);
