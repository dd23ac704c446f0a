import type { AuditFacts } from '../../src/core/audit-facts.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import type { RedisServer } from './redis-server.ts';

let count = 0;

/** Stores of one prefix with a connection each, as several processes would have. */
export function storesOn(server: RedisServer, processes = 1, now?: () => number): readonly Store[] {
  count += 1;
  const prefix = `test-${count}`;
  const clock = now ? { ...systemClock, now } : systemClock;
  return Array.from({ length: processes }, () => createStore(server.client(), { prefix, clock }));
}

/** A line of the audit log, with anything replaced. */
export function factsOf(changes: Partial<AuditFacts> = {}): AuditFacts {
  return { atMs: 1, who: 'U0ASKER', via: 'slack', what: 'run.request', result: 'pending', run: 'r4k2m9xq', ...changes };
}
