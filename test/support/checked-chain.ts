import { verifyChain } from '../../src/audit/verify-log.ts';
import type { Audit } from '../../src/store/audit.ts';

/** Whether the audit log of a store is whole, and the first fault when it is not. */
export async function checkedChain(audit: Pick<Audit, 'batches'>, from?: number, to?: number) {
  const { faults, entries, head } = await verifyChain(audit.batches, { keys: new Map(), pins: [], from, to });
  return { ok: faults.length === 0, entries, head, why: faults[0] };
}
