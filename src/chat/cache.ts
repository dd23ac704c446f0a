import type { Clock } from '../core/clock.ts';

/** Values remembered for a short time; failures are never remembered. */
export interface Cache<V> {
  /** `fresh` asks anew whatever is remembered or already being asked, and the answer is remembered. */
  get(key: string, fresh: boolean, load: () => Promise<V>): Promise<V>;
}

const MOST = 5000;

/** A cache of at most 5,000 keys; the oldest go first. */
export function createCache<V>(clock: Clock, rememberedMs: number): Cache<V> {
  const kept = new Map<string, { readonly value: Promise<V>; readonly untilMs: number }>();
  return {
    get(key, fresh, load) {
      const known = kept.get(key);
      if (known && !fresh && known.untilMs > clock.now()) return known.value;
      const value = load();
      const entry = { value, untilMs: clock.now() + rememberedMs };
      kept.delete(key);
      kept.set(key, entry);
      value.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
      return value;
    },
  };
}
