import type { Page } from '../../src/core/page.ts';

/** A page about a failover; times are of a Monday. */
export const page = (about: Partial<Page> = {}): Page => ({
  key: '8f2c-4711-billing',
  phase: 'open',
  severity: 'critical',
  cluster: 'billing',
  situation: 'failover',
  summary: 'pg1 lost the leader key and nobody has it now',
  details: ['leader key and member key were deleted in one revision', 'at least 16 KiB of WAL are at risk'],
  sinceMs: Date.parse('2026-11-30T02:00:00Z'),
  ...about,
});
