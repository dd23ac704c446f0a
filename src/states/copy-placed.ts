import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { holds, impossible, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, systemId: z.string() });

const { state, build } = defineState({
  name: 'copy-placed',
  args: Args,
  says: ({ member }) => `the data directory of ${member} is a copy of its cluster`,
  async judge({ cluster, member, systemId }, view) {
    const [host, server] = await Promise.all([view.standbys.host(cluster, member), view.server(cluster, member)]);
    if (!host.ok) return notYet(`${member} can not be asked: ${host.why}`);
    const { places, paths } = host.value;
    if (paths[places.copyDirectory]?.kind !== 'absent') return notYet(`${places.copyDirectory} is not moved into place yet`);
    if (paths[places.dataDirectory]?.kind !== 'filled') return notYet(`${places.dataDirectory} on ${member} holds nothing`);
    const control = known(server)?.control;
    if (!control) return notYet(`the control file of ${member} can not be read`);
    if (control.systemId !== systemId)
      return impossible(`${member} holds another cluster: system identifier ${control.systemId}`);
    return holds(`${places.dataDirectory} on ${member} is a copy of its cluster`);
  },
});

export const copyPlacedState = state;

/** No copy waits any more, and the data directory is of the cluster with this system identifier. */
export const copyPlaced = (args: z.input<typeof Args>): StateData => build(args);
