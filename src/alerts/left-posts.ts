import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { JsonObjectSchema } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import { NOTHING_SEEN } from '../core/patrol-state.ts';
import type { Signal } from '../core/signal.ts';
import { conditionWords } from './fold-condition.ts';
import { isOpen, weightOf } from './situation.ts';
import type { PatrolLeases } from './patrol-lease.ts';
import { patrolPlace } from './patrol-place.ts';
import type { IncidentStore, SignalStore } from './ports.ts';

export interface LeftPostsOptions {
  /** What this bot's configuration knows: clusters, and `etcd NAME`. */
  readonly posts: readonly string[];
  readonly leases: PatrolLeases;
  readonly store: Pick<SignalStore, 'commit'>;
  readonly incidents: Pick<IncidentStore, 'open'>;
  readonly clock: Clock;
  readonly log: Log;
}

const EVERY_MS = 10_000;
/** A bot that still has it in its configuration takes it up within seconds when the one that looked has stopped. */
const FREE_FOR_MS = 60_000;
const HOLD_MS = 15_000;

/**
 * Ends the conditions of clusters and etcds that left the configuration, for nobody looks at them any more. Returns what stops it.
 */
export function startLeftPosts(options: LeftPostsOptions): () => void {
  return options.clock.every(EVERY_MS, createLeftPosts(options), (error) =>
    options.log.warn('what left the configuration was not looked for', { error: asError(error).message }),
  );
}

/** One look for them: what nobody has looked at for a while is cleared; the store sees to it that it is so once over all bots. */
export function createLeftPosts({ posts, leases, store, incidents, clock, log }: LeftPostsOptions): () => Promise<void> {
  const freeSinceMs = new Map<string, number>();
  const end = async (post: string, open: readonly Incident[]) => {
    const atMs = clock.now();
    const states = { [post]: JsonObjectSchema.parse(NOTHING_SEEN) };
    const signals = open.flatMap((incident) => clearedIn(incident, post, atMs));
    if ((await leases.hold([post], HOLD_MS)).length === 0) return;
    // The sweeps hand out what is to be told of it.
    await store.commit({ ...patrolPlace(post), revision: 0, atMs, states, signals });
    await leases.release([post]);
    freeSinceMs.delete(post);
    log.info('it left the configuration: what stood open of it is over', { of: post, conditions: signals.length });
  };
  return async () => {
    const open = await incidents.open();
    const unknown = new Set(open.flatMap(postsOf).filter((post) => !posts.includes(post)));
    const free = new Set(await leases.free([...unknown]));
    for (const post of freeSinceMs.keys()) if (!free.has(post)) freeSinceMs.delete(post);
    for (const post of free) {
      const sinceMs = freeSinceMs.get(post) ?? clock.now();
      freeSinceMs.set(post, sinceMs);
      if (clock.now() - sinceMs >= FREE_FOR_MS) await end(post, open);
    }
  };
}

/** Whose conditions last in it. */
function postsOf({ cluster: own, conditions }: Incident): readonly string[] {
  return Object.values(conditions)
    .filter(isOpen)
    .map(({ cluster = own }) => cluster);
}

function clearedIn(incident: Incident, post: string, atMs: number): readonly Signal[] {
  return Object.entries(incident.conditions).flatMap(([name, one]): readonly Signal[] => {
    const { cluster = incident.cluster, situation, about, raisedAtMs } = one;
    if (!isOpen(one) || cluster !== post) return [];
    const key = one.cluster === undefined ? name : name.slice(post.length + 1);
    const condition = { key, situation, severity: weightOf(one), ...(about === undefined ? {} : { about }) };
    return [
      {
        ...{ id: `${post}-${key}-${raisedAtMs}-left`.replaceAll(/\s+/g, '-'), cluster: post, revision: 0, atMs },
        ...{ kind: 'cleared', cause: 'condition', condition: { ...condition, joins: [], provides: [] } },
        says: `${conditionWords({ situation, about })}: over, as ${post} is not in the configuration any more`,
      },
    ];
  });
}
