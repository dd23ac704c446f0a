import { ClusterName, command, MemberName, Reason } from '#kit';
import { z } from 'zod';
import rebuild from '../runbooks/rebuild.ts';
import streamingRebuild from '../runbooks/streaming-rebuild.ts';

export default command({
  name: 'rebuild',
  summary: 'Bring a member back that does not stream: say why, then rewind or copy it anew',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    node: MemberName,
    how: z.enum(['auto', 'rewind', 'reinit']).optional(),
    /** The node's name once more, where something is discarded. */
    discard: MemberName.optional(),
    reason: Reason.optional(),
  }),
  positionals: ['cluster', 'node'],
  examples: ['billing pg1 --dry-run', 'billing pg1 --discard pg1 --reason "it diverged at the cut"', 'billing pg3 --how reinit'],
  starts: rebuild,
  byMode: { streaming: streamingRebuild },
  input: ({ cluster, node, how, discard }) => ({
    ...{ cluster, node },
    ...(how ? { how } : {}),
    ...(discard ? { discard } : {}),
  }),
});
