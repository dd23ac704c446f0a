import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const { act, build } = defineAct({
  name: 'fence-primary',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'mask' }, signal);
    await hands.hosts.run(cluster, member, { name: 'mark standby' }, signal);
    return { performed: true, says: `the unit of PostgreSQL on ${member} is masked and standby.signal is written` };
  },
});

export const fencePrimaryAct = act;

/**
 * Keeps a stopped primary from becoming a second one: its unit is masked, so that neither a boot nor a person by habit starts it, and
 * standby.signal makes a standby of whatever starts it all the same. Fails while the server runs.
 */
export const fencePrimary = (cluster: string, member: string): ActData<'harmless'> => build({ cluster, member });
