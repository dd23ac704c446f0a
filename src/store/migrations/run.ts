import { RUN_VERSION, Run } from '../../core/run.ts';
import type { RecordKind } from './record-kind.ts';

/**
 * Runs. Version 2 added fields that may be absent, each with the meaning that version 1 had: any approver's vote counts, no second
 * click, no one-time code, nothing overridden, nothing scheduled, nothing taken over.
 */
export const runRecord: RecordKind<Run> = {
  name: 'run',
  version: RUN_VERSION,
  steps: [(old) => ({ ...old, version: 1 }), (one) => ({ ...one, version: 2 })],
  schema: Run,
};
