import type { Clock } from '../core/clock.ts';
import type { SignalClaim } from './ports.ts';

/** Who told last of each cluster, for the time without a store: who did goes on, the others leave it time to. */
export interface Tellers {
  note(cluster: string, verdict: SignalClaim['verdict']): void;
  /** How long this bot leaves the word to the others; milliseconds. */
  waitMs(cluster: string): number;
}

/** So long (milliseconds) a bot may be busy with what it told last. */
const BUSY_MS = 30_000;
/** Longer than Slack usually makes one wait; milliseconds. */
const FIRST_MS = 6000;

interface Needs {
  readonly clock: Clock;
  readonly afterOthersMs?: (() => number) | undefined;
}

export function createTellers({ clock, afterOthersMs = () => 0 }: Needs): Tellers {
  const last = new Map<string, { readonly verdict: SignalClaim['verdict']; readonly atMs: number }>();
  return {
    note(cluster, verdict) {
      last.set(cluster, { verdict, atMs: clock.now() });
    },
    waitMs(cluster) {
      const known = last.get(cluster);
      if (!known || clock.now() - known.atMs > BUSY_MS) return afterOthersMs();
      return known.verdict === 'ours' ? 0 : FIRST_MS + afterOthersMs();
    },
  };
}
