import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';

/** Who looks at what, in the store. */
export interface PatrolLeases {
  /** Takes or keeps those that nobody else holds, for so long; resolves with those held. */
  hold(posts: readonly string[], forMs: number): Promise<readonly string[]>;
  release(posts: readonly string[]): Promise<void>;
  /** Those that nobody holds. */
  free(posts: readonly string[]): Promise<readonly string[]>;
}

interface LeaseOptions {
  readonly posts: readonly string[];
  readonly leases: PatrolLeases;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
}

const STORE_MS = 2000;

/**
 * The posts of this bot. While the store does not answer each bot looks at all of them, as silence would be worse than telling twice. A
 * bot that was frozen past the end of its lease holds nothing when it wakes.
 */
export function createPatrolLease({ posts, leases, clock, log, everyMs }: LeaseOptions) {
  const forMs = Math.max(15_000, 3 * everyMs);
  let held: ReadonlySet<string> = new Set();
  let untilMs = 0;
  let askAgainMs = 0;
  let alone = false;
  return {
    holds: (post: string): boolean => (alone || clock.now() < untilMs) && held.has(post),
    async refresh(): Promise<void> {
      const askedAtMs = clock.now();
      if (askedAtMs < askAgainMs) return;
      try {
        held = new Set(await within(clock, STORE_MS, leases.hold(posts, forMs)));
        if (alone) log.info('the patrol is shared with the other bots again', { posts: held.size });
        alone = false;
      } catch (error) {
        if (!alone)
          log.warn('the store does not say who looks at what: this bot looks at all', { error: asError(error).message });
        held = new Set(posts);
        alone = true;
      }
      untilMs = askedAtMs + forMs;
      askAgainMs = askedAtMs + Math.min(everyMs / 2, forMs / 3);
    },
    async release(): Promise<void> {
      const mine = [...held];
      held = new Set();
      await within(clock, STORE_MS, leases.release(mine)).catch((error: unknown) => {
        log.info('the patrol could not be handed over; it is taken over when its time is up', { error: asError(error).message });
      });
    },
  };
}
