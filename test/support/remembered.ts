import type { Seen } from '../../src/store/seen.ts';

/** What was seen, for as long as the test's own time says. */
export function remembered(now: () => number): Seen {
  const untilMs = new Map<string, number>();
  return {
    async seenBefore(what, ttlMs) {
      if ((untilMs.get(what) ?? 0) > now()) return true;
      untilMs.set(what, now() + ttlMs);
      return false;
    },
    remember: async (what, ttlMs) => void untilMs.set(what, now() + ttlMs),
  };
}
