const SOON_MS = 100;
const THEN_MS = 500;
const LATE_MS = 2000;
/** What comes at once is seen at once: most effects take less than this, and clients wait for some of them. */
const AT_ONCE_MS = 10_000;
/** Who may take hours copies or rewinds, for which no client waits, on hosts that have to make room for each look. */
const LONG_WORK_MS = 3_600_000;
const LONG_AT_ONCE_MS = 2000;

/**
 * The pause (milliseconds) before the next look at a step that was looked at for so long and may take `withinMs`. What takes long is
 * looked at ever less often, as a look costs the hosts something: late by half a second, from 20 s on by a fortieth of the time, and by
 * 2 s at most.
 */
export function lookPauseMs(lookedMs: number, withinMs: number): number {
  const atOnceMs = withinMs < LONG_WORK_MS ? AT_ONCE_MS : LONG_AT_ONCE_MS;
  return lookedMs < atOnceMs ? SOON_MS : Math.min(LATE_MS, Math.max(THEN_MS, lookedMs / 40));
}
