import { z } from 'zod';
import { parseScheduledTime, type ScheduledTime } from './scheduled-time.ts';

/** The flags of every command that starts a runbook, beside its own. */
export const StartFlags = z.object({
  /** `2026-11-30 02:00 Europe/Berlin`. */
  at: z.string().optional(),
  /** Ids of checks whose block is overridden. */
  override: z.array(z.string()).optional(),
  /** Shows what would be done, and asks nobody. */
  dryRun: z.boolean().optional(),
  overrideReason: z.string().trim().min(1, 'a reason cannot be empty').max(500, 'a reason has at most 500 characters').optional(),
});

/** How a runbook is started, beside its input. */
export interface StartOptions {
  readonly at?: ScheduledTime;
  readonly override?: { readonly checks: readonly string[]; readonly reason?: string };
  /** Only says what would be done: nothing is stored, approved or run. */
  readonly dryRun?: boolean;
  /** Without approval, by a listed person; `confirm` is the cluster's name as it was typed a second time. */
  readonly breakGlass?: { readonly confirm: string };
}

/** @throws Refusal for a time that is none. */
export function startOptions(given: unknown): StartOptions {
  const { at, override, dryRun, overrideReason: reason } = StartFlags.parse(given);
  const checks = [...new Set(override ?? [])];
  return {
    ...(at === undefined ? {} : { at: parseScheduledTime(at) }),
    ...(dryRun ? { dryRun } : {}),
    ...(checks.length === 0 ? {} : { override: { checks, ...(reason === undefined ? {} : { reason }) } }),
  };
}
