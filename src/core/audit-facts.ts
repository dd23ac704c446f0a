import { z } from 'zod';

/** One line of the audit log before it is sealed into the chain: who, what, when, why, on which plan, with what result. */
export const AuditFacts = z.object({
  atMs: z.number(),
  /** A Slack user id, or `trunkline` for what the program does by itself. */
  who: z.string(),
  /** For the reader only; decisions never use it. */
  whoName: z.string().optional(),
  via: z.enum(['slack', 'cli', 'worker']),
  /** What was tried: `run.request`, `run.approve`, `step.start`. */
  what: z.string(),
  /** What became of it: `pending`, `counted`, `refused`. */
  result: z.string(),
  why: z.string().optional(),
  run: z.string().optional(),
  step: z.string().optional(),
  cluster: z.string().optional(),
  planHash: z.string().optional(),
});
export type AuditFacts = z.output<typeof AuditFacts>;
