import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName, SlotName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  slot: SlotName,
  kind: z.enum(['physical', 'logical']),
  /** PostgreSQL's text form, or `none`: a slot that was used meanwhile, or made anew, stands elsewhere. */
  restartLsn: z.string().regex(/^([0-9A-F]{1,8}\/[0-9A-F]{1,8}|none)$/),
});

const { act, build } = defineAct({
  name: 'drop-slot',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, slot, kind, restartLsn }, hands, context) {
    const id = restartLsn.replace('/', '-');
    if (!(await claimedOnce(hands, context, { cluster, member, id, what: `dropping the slot ${slot}` })))
      return { performed: false, says: `an earlier attempt has dropped ${slot} on ${member} already; it is not dropped twice` };
    const { stdout } = await hands.hosts.run(cluster, member, { name: 'drop slot', slot, kind, restartLsn }, context.signal);
    if (stdout.trim() === 't') return { performed: true, says: `${member} has dropped the slot ${slot}` };
    throw refusal(
      `${member} found no unused slot ${slot} at ${restartLsn} any more and did nothing`,
      `Look at \`/pg slots ${cluster}\`: it is gone, in use, or was made anew.`,
    );
  },
});

export const dropSlotAct = act;

/** Drops exactly that slot where nobody uses it (pg_drop_replication_slot). */
export const dropSlot = (args: z.input<typeof Args>): ActData<'never'> => build(args);
