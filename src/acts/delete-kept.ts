import { z } from 'zod';
import { ClusterName, KeptName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** What stands behind the data directory's name. */
  suffix: KeptName,
});

const { act, build } = defineAct({
  name: 'delete-kept',
  args: Args,
  repeat: 'never',
  interrupts: false,
  async perform({ cluster, member, suffix }, hands, { claim, signal }) {
    if (!(await claimedOnce(hands, { claim, signal }, { cluster, member, id: suffix, what: `the deletion of .${suffix}` })))
      return { performed: false, says: `an earlier attempt deletes .${suffix} on ${member} already` };
    await hands.hosts.run(cluster, member, { name: 'delete kept', suffix }, signal);
    return { performed: true, says: `.${suffix} on ${member} is deleted` };
  },
});

export const deleteKeptAct = act;

/** Deletes a data directory or WAL that a run has put aside; nothing else has such a name. */
export const deleteKept = (args: z.input<typeof Args>): ActData<'never'> => build(args);
