import type { Clock } from '../core/clock.ts';
import type { Signal } from '../core/signal.ts';

/** What another bot had to tell of the clusters' leaders shortly ago; it may have died before it did. */
export interface OthersWords {
  note(signal: Signal, incident: string): void;
  /** Of this cluster, oldest first; they are forgotten here. */
  take(cluster: string): readonly OthersWord[];
}

interface OthersWord {
  readonly signal: Signal;
  readonly incident: string;
}

/** Longer than a bot that lives takes to tell what is its own, but where Slack takes nothing; milliseconds. */
const KEPT_MS = 60_000;
const MOST = 1000;

export function createOthersWords({ clock }: { readonly clock: Clock }): OthersWords {
  let kept: readonly (OthersWord & { readonly atMs: number })[] = [];
  return {
    note(signal, incident) {
      kept = [...kept, { signal, incident, atMs: clock.now() }].slice(-MOST);
    },
    take(cluster) {
      const recent = kept.filter(({ atMs }) => clock.now() - atMs < KEPT_MS);
      const taken = recent.filter(({ signal }) => signal.cluster === cluster);
      kept = recent.filter((one) => !taken.includes(one));
      return taken;
    },
  };
}
