import { z } from 'zod';

/**
 * One line of a pre-flight list: a sentence with its value and its limit. A block is hard (would lose data or split, or can't
 * work) or overridable by name with a reason and one more approver.
 */
export const Check = z.object({
  id: z.string(),
  verdict: z.enum(['pass', 'warn', 'block']),
  hard: z.boolean().optional(),
  /** What was looked at and what was found: `pg2 replays 3.1 MiB behind pg1`. */
  says: z.string(),
  limit: z.string().optional(),
  /** For warn and block: what to do next. */
  hint: z.string().optional(),
});
export type Check = z.output<typeof Check>;

export const passed = (id: string, says: string, limit?: string): Check => ({
  id,
  verdict: 'pass',
  says,
  ...(limit ? { limit } : {}),
});
export const warned = (id: string, says: string, hint: string, limit?: string): Check => ({
  id,
  verdict: 'warn',
  says,
  hint,
  ...(limit ? { limit } : {}),
});
export const blocked = (id: string, says: string, hint: string, options: { hard: boolean; limit?: string }): Check => ({
  id,
  verdict: 'block',
  hard: options.hard,
  says,
  hint,
  ...(options.limit ? { limit: options.limit } : {}),
});
