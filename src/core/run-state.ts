import { bug } from './errors.ts';

/** The life of a change: every state and where it may go. An illegal move is a bug. */
const MOVES = {
  draft: ['pending', 'queued', 'withdrawn'],
  pending: ['approved', 'denied', 'expired', 'withdrawn', 'stale'],
  approved: ['queued', 'stale', 'expired', 'withdrawn', 'denied'],
  queued: ['running', 'stale', 'expired', 'withdrawn', 'failed', 'cancelled'],
  running: ['succeeded', 'failed', 'halted', 'stale', 'cancelling', 'cancelled'],
  cancelling: ['cancelled', 'failed', 'halted', 'succeeded'],
  halted: ['running', 'cancelling', 'failed', 'succeeded', 'cancelled'],
  stale: [],
  denied: [],
  expired: [],
  withdrawn: [],
  succeeded: [],
  failed: [],
  cancelled: [],
} as const;

export type RunState = keyof typeof MOVES;
export const RUN_STATES = Object.keys(MOVES) as readonly RunState[];

/** True when a run may go from one state to the other. */
export function mayMove(from: RunState, to: RunState): boolean {
  const allowed: readonly string[] = MOVES[from];
  return allowed.includes(to);
}

/** @throws a Bug when the move is not in the table. */
export function assertMove(from: RunState, to: RunState): void {
  if (!mayMove(from, to)) throw bug(`a run can not go from ${from} to ${to}`);
}

/** True when nothing more can happen to the run. */
export function isFinal(state: RunState): boolean {
  return MOVES[state].length === 0;
}
