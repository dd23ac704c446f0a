import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName });

const { act, build } = defineAct({
  name: 'delete-data',
  args: Args,
  repeat: 'never',
  interrupts: false,
  async perform({ cluster, member }, hands, { claim, signal }) {
    if (!(await claimedOnce(hands, { claim, signal }, { cluster, member, what: 'the deletion of the old data directory' })))
      return { performed: false, says: `an earlier attempt has begun to delete the old data directory of ${member}` };
    await hands.hosts.run(cluster, member, { name: 'delete the old data directory' }, signal);
    return { performed: true, says: `the old data directory of ${member} is deleted` };
  },
});

export const deleteDataAct = act;

/** Deletes the data directory of a member on which no server runs, once. It can not be taken back. */
export const deleteData = (args: z.input<typeof Args>): ActData<'never'> => build(args);
