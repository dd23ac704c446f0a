import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  suffix: z.string().regex(/^old-t\d{1,10}-[0-9a-f]{1,16}$/),
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'set-aside',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, suffix, systemId, timeline }, hands, { claim, signal }) {
    if (
      !(await claimedOnce(
        hands,
        { claim, signal },
        { cluster, member, id: `${systemId}.t${timeline}`, what: 'the renaming of the data directory' },
      ))
    )
      return { performed: false, says: `an earlier attempt has set the data directory of ${member} aside already` };
    await hands.hosts.run(cluster, member, { name: 'set aside', suffix, claim }, signal);
    return { performed: true, says: `the data directory of ${member} is now the one with .${suffix}` };
  },
});

export const setAsideAct = act;

/** Renames a stopped member's data directory, so that Patroni makes a new copy in its place when it starts. */
export const setAside = (args: z.input<typeof Args>): ActData<'never'> => build(args);
