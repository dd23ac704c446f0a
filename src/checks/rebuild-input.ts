import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';

/** What a person asks to have rebuilt, how, and what may be discarded for it: the node's name once more. */
export const RebuildInput = z.object({
  cluster: ClusterName,
  node: MemberName,
  how: z.enum(['auto', 'rewind', 'delta', 'reinit']).default('auto'),
  discard: MemberName.optional(),
});
