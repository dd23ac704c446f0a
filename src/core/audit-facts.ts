import { z } from 'zod';
import { SignedHead } from './signed-head.ts';

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
  /** How many refusals this line stands for, where it stands for more than itself. */
  times: z.number().int().positive().optional(),
  /** The signed state of the chain just before this line. */
  head: SignedHead.optional(),
});
export type AuditFacts = z.output<typeof AuditFacts>;
