import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { LiftsFence } from './lift-fence.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** False where there is no data directory to write standby.signal into: the unit is masked alone, and a person's word is the rest. */
  marks: z.boolean().exactOptional(),
  /** Present where nothing else takes the fence back when nobody is promoted. */
  lifted: LiftsFence.exactOptional(),
});

const { act, build } = defineAct({
  name: 'fence-primary',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  debt: ({ cluster, member, lifted }) =>
    lifted && {
      id: `fenced ${member} of ${cluster}`,
      says: `the unit of PostgreSQL on ${member} is masked and standby.signal is there, although nobody was promoted: it can not be started as the primary that it was`,
      release: { act: 'lift-fence', args: { ...lifted, cluster, member } },
      gone: { state: 'fence-lifted', args: { cluster, member, timeline: lifted.timeline } },
    },
  async perform({ cluster, member, marks = true }, hands, { signal }) {
    if (marks) await hands.hosts.run(cluster, member, { name: 'mark standby' }, signal);
    await hands.hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'mask' }, signal);
    return {
      performed: true,
      says: `the unit of PostgreSQL on ${member} is masked${marks ? ' and standby.signal is written' : ''}`,
    };
  },
});

export const fencePrimaryAct = act;

/**
 * Keeps a stopped primary from becoming a second one: standby.signal makes a standby of whatever starts it, and its unit is masked, so that
 * neither a boot nor a person by habit starts it. Fails and changes nothing while the server runs.
 */
export const fencePrimary = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
