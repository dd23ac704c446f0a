import type { parseArgs } from 'node:util';

/** What the words after `trunkline audit` may be. */
export const AUDIT_OPTIONS = {
  config: { type: 'string' },
  file: { type: 'string', multiple: true },
  redis: { type: 'boolean' },
  'public-key': { type: 'string', multiple: true },
  head: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  cluster: { type: 'string' },
  format: { type: 'string' },
  'open-after': { type: 'string' },
  out: { type: 'string' },
} as const;
export type AuditOptions = ReturnType<typeof parseArgs<{ options: typeof AUDIT_OPTIONS }>>['values'];
