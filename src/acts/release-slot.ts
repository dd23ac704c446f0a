import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({ cluster: ClusterName, primary: MemberName, slot: z.string().regex(/^standby_[a-z0-9_]{1,55}$/) });

const { act, build } = defineAct({
  name: 'release-slot',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, primary, slot }, hands, { signal }) {
    await hands.hosts.run(cluster, primary, { name: 'release slot', slot }, signal);
    return { performed: true, says: `${primary} keeps no WAL for ${slot} any more, unless somebody uses the slot` };
  },
});

export const releaseSlotAct = act;

/** Drops a slot that a bootstrap made, unless somebody uses it. */
export const releaseSlot = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
