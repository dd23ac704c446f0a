import type { Clock } from '../core/clock.ts';
import type { SignalClaim } from './ports.ts';

/** Who told last of each cluster, for the time without a store: who did goes on, the others leave it time to. */
export interface Tellers {
  note(cluster: string, verdict: SignalClaim['verdict']): void;
  /** How long this bot leaves the word to the others; milliseconds. */
  waitMs(cluster: string): number;
  /** Call it about once a second: a bot that was frozen knows no more who told last. */
  alive(): void;
}

/** So long (milliseconds) a bot may be busy with what it told last. */
const BUSY_MS = 30_000;
/** Longer than Slack usually makes one wait; milliseconds. */
const FIRST_MS = 6000;

/** Not called for so long (milliseconds), the process stood still, and another may have told since. */
const ASLEEP_MS = 3000;

interface Needs {
  readonly clock: Clock;
  /** Absent where only one bot has something to tell. */
  readonly afterOthersMs?: (() => number) | undefined;
}

export function createTellers({ clock, afterOthersMs }: Needs): Tellers {
  const last = new Map<string, { readonly verdict: SignalClaim['verdict']; readonly atMs: number }>();
  let sinceMs = clock.now();
  let aliveMs = sinceMs;
  const alive = () => {
    const nowMs = clock.now();
    if (nowMs - aliveMs > ASLEEP_MS) {
      sinceMs = nowMs;
      last.clear();
    }
    aliveMs = nowMs;
  };
  return {
    alive,
    note(cluster, verdict) {
      last.set(cluster, { verdict, atMs: clock.now() });
    },
    waitMs(cluster) {
      if (!afterOthersMs) return 0;
      alive();
      const known = last.get(cluster);
      const isKnown = known !== undefined && clock.now() - known.atMs <= BUSY_MS;
      if (isKnown) return known.verdict === 'ours' ? 0 : FIRST_MS + afterOthersMs();
      // It has not been here for long enough to know whether another one is busy with it.
      return (clock.now() - sinceMs < BUSY_MS ? FIRST_MS : 0) + afterOthersMs();
    },
  };
}
