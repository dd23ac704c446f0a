import type { Run } from '../core/run.ts';
import type { Gate } from './needs.ts';

/**
 * Why the policy lets nothing of a run's risk start at a moment (epoch milliseconds): a window, a freeze; a clause, `undefined` when it
 * does. A change without approval does not wait for them.
 */
export function closedNow(gate: Pick<Gate, 'closed'>, run: Run, atMs: number): string | undefined {
  return run.breakGlass ? undefined : gate.closed(run.plan.risk, run, atMs)?.says;
}
