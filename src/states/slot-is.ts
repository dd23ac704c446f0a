import { z } from 'zod';
import { ClusterName, MemberName, SlotName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { SlotDetail } from '../core/slot-detail.ts';
import { holds, impossible, notYet } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import { defineState } from './state.ts';

const Id = z.object({
  cluster: ClusterName,
  member: MemberName,
  slot: SlotName,
  kind: z.enum(['physical', 'logical']),
  /** PostgreSQL's text form, or `none`. */
  restartLsn: z.string(),
});
type Id = z.output<typeof Id>;

const same = defineState({
  name: 'slot-is',
  args: Id,
  says: ({ slot, member }) => `nobody uses the slot ${slot} on ${member}, and it stands where it stood`,
  async judge(id, view) {
    const found = await slotOf(id, view);
    if ('why' in found) return notYet(found.why);
    const { slot } = found;
    if (!slot) return notYet(`the slot ${id.slot} is gone from ${id.member}`);
    if (slot.active) return notYet(`${slot.user?.application || 'somebody'} uses the slot ${id.slot} by now`);
    if (isOther(slot, id))
      return notYet(`the slot ${id.slot} stands at ${slot.restartLsn ?? 'none'}, not at ${id.restartLsn}: it was used`);
    return holds(`nobody uses the slot ${id.slot} on ${id.member}`);
  },
});

const gone = defineState({
  name: 'slot-gone',
  args: Id,
  says: ({ slot, member }) => `the slot ${slot} is gone from ${member}`,
  async judge(id, view) {
    const found = await slotOf(id, view);
    if ('why' in found) return notYet(found.why);
    const { slot } = found;
    if (!slot) return holds(`the slot ${id.slot} is gone from ${id.member}`);
    if (isOther(slot, id))
      return impossible(
        `there is a slot ${id.slot} on ${id.member} again, at ${slot.restartLsn ?? 'none'}: Patroni or its consumer made it anew`,
      );
    return notYet(`the slot ${id.slot} is still there${slot.active ? ' and in use' : ''}`);
  },
});

export const slotIsState = same.state;
export const slotGoneState = gone.state;

/** That very slot, not in use: by name, kind and restart_lsn, which moves on when it is used. */
export const slotIs = (id: Id): StateData => same.build(id);
/** No slot of that name is there; one that was made anew settles it at once. */
export const slotGone = (id: Id): StateData => gone.build(id);

async function slotOf({ cluster, member, slot }: Id, view: View): Promise<{ slot: SlotDetail | undefined } | { why: string }> {
  const slots = await view.slots(cluster, member);
  if (!slots.ok) return { why: `the slots of ${member} cannot be read: ${slots.why}` };
  return { slot: slots.value.find(({ name }) => name === slot) };
}

function isOther(slot: SlotDetail, id: Id): boolean {
  return slot.kind !== id.kind || (slot.restartLsn ?? 'none') !== id.restartLsn;
}
