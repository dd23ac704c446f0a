import { z } from 'zod';
import { ActSchema, StateSchema } from './plan.ts';

/** What does harm while it is left behind, as the act that makes it says it. */
export const DebtDraft = z.object({
  /** Names what it is, the same in every attempt: `pause billing`. */
  id: z.string(),
  /** What is there and what harm it does, a sentence without a full stop. */
  says: z.string(),
  /** Takes it away; harmless, so that it needs neither lock nor approval. */
  release: ActSchema,
  /** Holds when it is gone. */
  gone: StateSchema,
});
export type DebtDraft = z.output<typeof DebtDraft>;

/** A debt of a run: recorded before it is made, listed and alerted until it is gone. */
export const Debt = DebtDraft.extend({
  cluster: z.string(),
  run: z.string(),
  step: z.string(),
  sinceMs: z.number(),
});
export type Debt = z.output<typeof Debt>;
