import { z } from 'zod';
import { JournalEntry } from '../../core/run.ts';
import type { RecordKind } from './record-kind.ts';

const Stored = JournalEntry.extend({ version: z.literal(1) });

/** Marks of a step. They carried no version before version 1, which is otherwise the same. */
export const journalRecord: RecordKind<z.output<typeof Stored>> = {
  name: 'journal entry',
  version: 1,
  steps: [(old) => ({ ...old, version: 1 })],
  schema: Stored,
};
