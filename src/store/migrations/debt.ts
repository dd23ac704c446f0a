import { z } from 'zod';
import { Debt } from '../../core/debt.ts';
import type { RecordKind } from './record-kind.ts';

const Stored = Debt.extend({ version: z.literal(1) });

/** Debts. They carried no version before version 1, which is otherwise the same. */
export const debtRecord: RecordKind<z.output<typeof Stored>> = {
  name: 'debt',
  version: 1,
  steps: [(old) => ({ ...old, version: 1 })],
  schema: Stored,
};
