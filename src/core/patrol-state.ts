import { z } from 'zod';
import { JsonObjectSchema } from './json.ts';
import { Severity } from './severity.ts';
import { ConditionName } from './situation-name.ts';

/** A condition that is seen, and since when; raised once it has lasted. Moments in epoch milliseconds. */
export const WatchedCondition = z.object({
  situation: ConditionName,
  about: z.string().optional(),
  /** Of a raised one: as it was told last. */
  severity: Severity,
  /** A raised one is seen with another severity since then; told when that has lasted. */
  seenAs: z.object({ severity: Severity, sinceMs: z.number() }).optional(),
  says: z.string(),
  evidence: z.string().optional(),
  joins: z.array(z.string()),
  provides: z.array(z.string()),
  sinceMs: z.number(),
  lastSeenMs: z.number(),
  /** When it was told, the id of the signal that told it, and how often it was told since that it grew heavier. */
  raised: z.object({ atMs: z.number(), id: z.string(), rises: z.number().optional() }).optional(),
  /** Since when a raised one is not seen any more. */
  goneSinceMs: z.number().optional(),
});
export type WatchedCondition = z.output<typeof WatchedCondition>;

/** What a patrol keeps of one cluster, or of one etcd, from look to look. */
export const PatrolState = z.object({
  version: z.literal(1),
  /** By `Condition.key`. */
  conditions: z.record(z.string(), WatchedCondition),
  /** What single rules remember, each under its own name. */
  memory: JsonObjectSchema,
});
export type PatrolState = z.output<typeof PatrolState>;

export const NOTHING_SEEN: PatrolState = { version: 1, conditions: {}, memory: {} };
