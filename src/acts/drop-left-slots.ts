import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const { act, build } = defineAct({
  name: 'drop-left-slots',
  args: z.object({ cluster: ClusterName, member: MemberName, slots: z.array(z.string().regex(/^[a-z0-9_]{1,63}$/)) }),
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member, slots }, { hosts }, { signal }) {
    for (const slot of slots) await hosts.run(cluster, member, { name: 'drop left slot', slot }, signal);
    return {
      performed: true,
      says: slots.length === 0 ? `${member} kept none` : `${member} keeps no WAL any more for ${slots.join(', ')}`,
    };
  },
});

export const dropLeftSlotsAct = act;

/** Drops the slots by which a former primary served its standbys, those of them that nobody uses: else it keeps WAL for ever. */
export const dropLeftSlots = (cluster: string, member: string, slots: readonly string[]): ActData<'harmless'> =>
  build({ cluster, member, slots: [...slots] });
