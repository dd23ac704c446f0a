import { ClusterName, command, MemberName, Reason, SlotName } from '#kit';
import { z } from 'zod';
import slotDrop from '../runbooks/slot-drop.ts';

export default command({
  name: 'slot-drop',
  summary: 'Drop a replication slot that nobody uses',
  who: 'operator',
  args: z.object({ cluster: ClusterName, member: MemberName, slot: SlotName, reason: Reason.optional() }),
  positionals: ['cluster', 'member', 'slot'],
  examples: ['billing pg1 old_consumer --reason "the warehouse was switched off"'],
  starts: slotDrop,
  input: ({ cluster, member, slot }) => ({ cluster, member, slot }),
});
