import type { Run } from './run.ts';

/**
 * A run as it counts at a moment: one whose time has passed is expired, whether or not anybody wrote that down. Every read goes
 * through this.
 */
export function runAsOf(run: Run, nowMs: number): Run {
  if (nowMs < run.expiresAtMs) return run;
  if (run.state === 'pending')
    return { ...run, state: 'expired', why: 'it was not approved in time', endedAtMs: run.expiresAtMs };
  if (run.state === 'approved' || run.state === 'queued')
    return { ...run, state: 'expired', why: 'it was approved but did not start in time', endedAtMs: run.expiresAtMs };
  return run;
}
