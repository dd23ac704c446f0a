import type { Sign } from '../core/message.ts';
import type { RunState } from '../core/run-state.ts';

/** Each state in the words of people, with its sign. */
export const RUN_HEADINGS: Readonly<Record<RunState, readonly [Sign, string]>> = {
  draft: ['waiting', 'Draft'],
  pending: ['waiting', 'Waiting for approval'],
  approved: ['busy', 'Approved'],
  queued: ['busy', 'Approved, about to start'],
  running: ['busy', 'Running'],
  cancelling: ['busy', 'Stopping'],
  succeeded: ['done', 'Succeeded'],
  failed: ['bad', 'Failed'],
  halted: ['bad', 'Halted, a person must look'],
  stale: ['warn', 'Stale, not run'],
  denied: ['bad', 'Denied'],
  expired: ['warn', 'Expired, not run'],
  withdrawn: ['info', 'Withdrawn, not run'],
  cancelled: ['warn', 'Cancelled'],
};
