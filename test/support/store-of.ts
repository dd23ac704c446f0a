import type { AuditFacts } from '../../src/core/audit-facts.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Audit } from '../../src/store/audit.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { checkedChain } from './checked-chain.ts';
import type { RedisServer } from './redis-server.ts';

let count = 0;

/** A store whose audit log can be checked. */
export type CheckedStore = Store & { readonly audit: Audit & { verify(): ReturnType<typeof checkedChain> } };

/** Stores of one prefix with a connection each, as several processes would have. */
export function storesOn(server: RedisServer, processes = 1, now?: () => number): readonly CheckedStore[] {
  count += 1;
  const prefix = `test-${count}`;
  const clock = now ? { ...systemClock, now } : systemClock;
  return Array.from({ length: processes }, () => {
    const store = createStore(server.client(), { prefix, clock });
    return { ...store, audit: { ...store.audit, verify: () => checkedChain(store.audit) } };
  });
}

/** A line of the audit log, with anything replaced. */
export function factsOf(changes: Partial<AuditFacts> = {}): AuditFacts {
  return { atMs: 1, who: 'U0ASKER', via: 'slack', what: 'run.request', result: 'pending', run: 'r4k2m9xq', ...changes };
}
