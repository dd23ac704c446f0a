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
  /** It waits for what nobody here can hasten: told again as soon as its reason changes, else only once an hour. */
  isToldAnew: z.boolean().optional(),
  /** Meant to stay when its run succeeded; it never ends by itself, and after its time people are told until somebody ends it. */
  kept: z
    .object({
      /** For so many milliseconds from `sinceMs`. */
      forMs: z.number().positive(),
      /** The commands that end it and that keep it longer: `/pg resume billing`. */
      endBy: z.string(),
      keepBy: z.string(),
      /** It was there before this run, which only keeps it on: a run that fails must not end it either. */
      anyhow: z.boolean().optional(),
    })
    .optional(),
});
export type DebtDraft = z.output<typeof DebtDraft>;

/** A debt of a run: recorded before it is made, listed and alerted until it is gone. */
export const Debt = DebtDraft.extend({
  cluster: z.string(),
  run: z.string(),
  step: z.string(),
  sinceMs: z.number(),
  /** Slack user id of who asked for the run, and why. */
  owner: z.string().optional(),
  reason: z.string().optional(),
});
export type Debt = z.output<typeof Debt>;

/** Until when it is meant to stay, in epoch milliseconds; `undefined` for one that is to go as soon as its run has ended. */
export function keptUntilMs({ sinceMs, kept }: Debt): number | undefined {
  return kept === undefined ? undefined : sinceMs + kept.forMs;
}
