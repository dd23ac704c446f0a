import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData, StateData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';
import { releaseSlot } from './release-slot.ts';

const Args = z.object({ cluster: ClusterName, primary: MemberName, member: MemberName, slot: z.string() });

const { act, build } = defineAct({
  name: 'reserve-slot',
  args: Args,
  repeat: 'never',
  interrupts: false,
  async perform({ cluster, primary, slot }, hands, { claim, signal }) {
    if (!(await claimedOnce(hands, { claim, signal }, { cluster, member: primary, what: `the slot ${slot}` })))
      return { performed: false, says: `an earlier attempt has asked ${primary} for the slot already` };
    await hands.hosts.run(cluster, primary, { name: 'make slot', slot }, signal);
    return { performed: true, says: `${primary} keeps WAL for ${slot} from now on` };
  },
  debt: ({ cluster, primary, member, slot }) => ({
    id: `slot ${slot} of ${cluster}`,
    says: `the slot ${slot} on ${primary} keeps WAL for ${member}, which does not stream yet, and can fill the disk`,
    release: releaseSlot({ cluster, primary, slot }),
    gone: slotSettled({ cluster, primary, member, slot }),
  }),
});

export const reserveSlotAct = act;

/** A physical slot on the primary for a standby that does not run yet; a debt until it streams. */
export const reserveSlot = (args: z.input<typeof Args>): ActData<'never'> => build(args);

/** The state of that name in `states/`, which acts may not import. */
export const slotSettled = (args: z.input<typeof Args>): StateData => ({ state: 'slot-settled', args });
