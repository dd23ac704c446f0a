import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';

/** Atomic 'have I seen this key?': true when it was there, otherwise remembers it. Shared by all processes. */
export type SeenBefore = (key: string) => Promise<boolean>;

const STORE_WITHIN_MS = 1000;
const REMEMBERED_MS = 15 * 60_000;
const MOST = 50_000;

/**
 * True the first time for a key: Slack sends envelopes twice and to several processes (bolt-js issues 2487, 2188). This process's
 * own memory is asked first; the store decides between processes; without the store the memory alone does.
 */
export function createOnce(options: { seenBefore: SeenBefore; clock: Clock; log: Log }): (key: string) => Promise<boolean> {
  const { seenBefore, clock, log } = options;
  const memory = createMemory(clock);
  return async (key) => {
    if (memory.seen(key, REMEMBERED_MS)) return false;
    try {
      return !(await within(clock, STORE_WITHIN_MS, seenBefore(key)));
    } catch (error) {
      log.warn('repeated deliveries are told apart within this process only', { why: asError(error).message });
      return true;
    }
  };
}

/** Keys seen by this process. */
export interface Memory {
  /** True when the key was seen less than its time ago; remembers it for `forMs` if not. */
  seen(key: string, forMs: number): boolean;
  has(key: string): boolean;
}

/** A memory of at most 50,000 keys; the oldest go first. */
export function createMemory(clock: Clock): Memory {
  const until = new Map<string, number>();
  return {
    seen(key, forMs) {
      const known = until.get(key);
      if (known !== undefined && known > clock.now()) return true;
      until.delete(key);
      until.set(key, clock.now() + forMs);
      const [oldest] = until.keys();
      if (until.size > MOST && oldest !== undefined) until.delete(oldest);
      return false;
    },
    has: (key) => (until.get(key) ?? 0) > clock.now(),
  };
}
