import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';
import type { Look } from './conditions/observation.ts';
import type { SituationSettings } from './conditions/settings.ts';
import type { Desk } from './desk.ts';
import { foldLook } from './patrol-fold.ts';
import { createPatrolLease, type PatrolLeases } from './patrol-lease.ts';
import { createPatrolStates } from './patrol-states.ts';
import type { SignalStore } from './ports.ts';

/** A cluster or an etcd that is looked at. */
export interface Post {
  /** The cluster's name, or `etcd NAME`. */
  readonly name: string;
  readonly settings: SituationSettings;
  /** One look, with what its rules remember of the last one. */
  look(memory: JsonObject): Promise<Look>;
  /** Whether a run of ours is at work on it. */
  ourRunWorks(): Promise<boolean>;
}

export interface PatrolOptions {
  readonly posts: readonly Post[];
  readonly leases: PatrolLeases;
  readonly store: Pick<SignalStore, 'position' | 'commit'>;
  readonly desk: Pick<Desk, 'handle' | 'recorded' | 'movedTo' | 'handedOver'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
  /** So many looks at once at most. */
  readonly atOnce?: number;
  /** Told of each look: how long it took, and whether it came to its end. */
  looked?(look: { readonly of: string; readonly tookMs: number; readonly ok: boolean }): void;
}

/** Looks at every cluster and every etcd, each by one bot at a time, and tells conditions as they begin and end. */
export interface Patrol {
  start(): void;
  /** Lets the other bots take over at once. */
  stop(): Promise<void>;
  /** Begins the looks that are due; for tests. Resolves with those looks. */
  tick(): Promise<readonly Promise<void>[]>;
  /** How many posts this bot looks after, and when it last ended a look. */
  standing(): { readonly posts: number; readonly lastLookAtMs: number | undefined };
}

const TICK_MS = 500;
const LONGEST_LOOK_MS = 20_000;

export function createPatrol(options: PatrolOptions): Patrol {
  const { posts, clock, log, everyMs = 10_000, atOnce = 16 } = options;
  const lease = createPatrolLease({ ...options, everyMs, posts: posts.map(({ name }) => name) });
  const states = createPatrolStates(options);
  const due = new Map(posts.map(({ name }, i) => [name, clock.now() + Math.floor((everyMs * i) / posts.length)]));
  const looking = new Set<string>();
  let lastLookAtMs: number | undefined;
  let stopTicks: () => void = () => undefined;

  const lookAt = async (post: Post): Promise<void> => {
    const startedAtMs = clock.now();
    looking.add(post.name);
    due.set(post.name, startedAtMs + everyMs);
    let ok = false;
    try {
      ok = await lookOnce(post, { ...options, lease, states });
      if (ok) lastLookAtMs = clock.now();
    } catch (error) {
      log.warn('a look came to nothing', { of: post.name, error: asError(error).message });
    } finally {
      looking.delete(post.name);
      options.looked?.({ of: post.name, tookMs: clock.now() - startedAtMs, ok });
    }
  };
  const tick = async () => {
    await lease.refresh();
    for (const { name } of posts) if (!lease.holds(name)) states.forget(name);
    const ready = posts.filter(({ name }) => lease.holds(name) && !looking.has(name) && (due.get(name) ?? 0) <= clock.now());
    const first = ready.toSorted((a, b) => (due.get(a.name) ?? 0) - (due.get(b.name) ?? 0));
    return first.slice(0, Math.max(0, atOnce - looking.size)).map(lookAt);
  };
  return {
    tick,
    start() {
      stopTicks = clock.every(
        TICK_MS,
        async () => {
          await tick();
        },
        (error) => log.error('the patrol failed', { error: asError(error).message }),
      );
    },
    async stop() {
      stopTicks();
      await lease.release();
    },
    standing: () => ({ posts: posts.filter(({ name }) => lease.holds(name)).length, lastLookAtMs }),
  };
}

interface Means extends Pick<PatrolOptions, 'clock'> {
  readonly lease: ReturnType<typeof createPatrolLease>;
  readonly states: ReturnType<typeof createPatrolStates>;
}

/** False when another bot has taken the post over meanwhile: this one was away, and what it saw is old. */
async function lookOnce(post: Post, { clock, lease, states }: Means): Promise<boolean> {
  const before = await states.of(post.name);
  const look = await within(clock, LONGEST_LOOK_MS, post.look(before.memory));
  const ourRunWorks = look.observations.length > 0 && (await post.ourRunWorks());
  if (!lease.holds(post.name)) return false;
  const settingOf = post.settings.of;
  const { after, signals } = foldLook({ of: post.name, before, look, nowMs: clock.now(), settingOf, ourRunWorks });
  await states.keep(post.name, after, signals);
  return true;
}
