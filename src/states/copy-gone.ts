import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName });

/** No copy lies beside the data directory of a member. The act that copies names this state. */
export const { state: copyGoneState } = defineState({
  name: 'copy-gone',
  args: Args,
  says: ({ member }) => `no copy lies beside the data directory of ${member}`,
  async judge({ cluster, member }, view) {
    const host = await view.standbys.host(cluster, member);
    if (!host.ok) return notYet(`${member} can not be asked: ${host.why}`);
    const { copyDirectory } = host.value.places;
    const kind = host.value.paths[copyDirectory]?.kind;
    return kind === 'absent' ? holds(`${copyDirectory} on ${member} is not there`) : notYet(`${copyDirectory} lies on ${member}`);
  },
});
