import { z } from 'zod';
import { LeaderChange } from '../../core/incident.ts';
import type { RecordKind } from './record-kind.ts';

const Stored = LeaderChange.extend({ version: z.literal(1) });

/** The last leader change of a cluster. It carried no version before version 1, which is otherwise the same. */
export const leaderChangeRecord: RecordKind<z.output<typeof Stored>> = {
  name: 'leader change',
  version: 1,
  steps: [(old) => ({ ...old, version: 1 })],
  schema: Stored,
};
