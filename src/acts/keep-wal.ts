import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Name of the first WAL file to keep. */
  from: z.string().regex(/^[0-9A-F]{24}$/),
  suffix: z.string().regex(/^wal-t\d{1,10}-[0-9a-f]{1,16}$/),
});

const { act, build } = defineAct({
  name: 'keep-wal',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member, from, suffix }, hands, { claim, signal }) {
    await hands.hosts.run(cluster, member, { name: 'keep wal', from, suffix, claim }, signal);
    return { performed: true, says: `${member} keeps its WAL from ${from} on beside its data directory, in .${suffix}` };
  },
});

export const keepWalAct = act;

/** Copies the WAL of a lost branch to a folder beside the data directory; done once, as a copy that is there is left alone. */
export const keepWal = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
