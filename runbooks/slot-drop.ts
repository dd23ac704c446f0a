import {
  ClusterName,
  dropSlot,
  exclusive,
  lookForSlot,
  MemberName,
  minutes,
  runbook,
  SlotFacts,
  SlotName,
  shared,
  slotDropChecks,
  slotGone,
  slotIs,
  slotMaterial,
  slotOf,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'slot-drop',
  summary: 'Drop a replication slot that nobody uses',
  risk: 'interrupts-writes',
  input: z.object({ cluster: ClusterName, member: MemberName, slot: SlotName }),
  facts: SlotFacts,
  locks: ({ cluster, member }) => [shared.cluster(cluster), exclusive.member(cluster, member)],
  look: (input, view) => lookForSlot(input, view),
  material: slotMaterial,

  plan(input, facts) {
    const { cluster, member, slot: name } = input;
    const slot = slotOf(input, facts);
    const id = { cluster, member, slot: name, kind: slot.kind, restartLsn: slot.restartLsn ?? 'none' };
    const isLogical = slot.kind === 'logical';
    return {
      summary: `Drop the ${slot.kind} slot ${name} on ${member} of ${cluster}. Who used it cannot go on from there.`,
      checks: slotDropChecks(input, facts),
      risk: isLogical ? 'can-lose-data' : 'interrupts-writes',
      ...(isLogical ? { riskReason: `${name} is logical: changes that its consumer has not read are lost to it` } : {}),
      notes: [`Pinned to its position ${id.restartLsn}: a slot that was used meanwhile, or made anew, is left alone.`],
      steps: [
        {
          id: 'drop',
          title: `Drop the slot ${name} on ${member}`,
          within: minutes(2),
          still: [slotIs(id)],
          act: dropSlot(id),
          until: slotGone(id),
        },
      ],
    };
  },
});
