import { z } from 'zod';

/** A person keeps a cluster for themselves for a while: requests of others are refused. It counts until its stored time. */
export const MaintenanceLock = z.object({
  cluster: z.string(),
  holder: z.object({ userId: z.string(), userName: z.string() }),
  reason: z.string(),
  sinceMs: z.number(),
  /** From this moment on it counts no more (epoch milliseconds), whether or not anybody took it away. */
  untilMs: z.number(),
});
export type MaintenanceLock = z.output<typeof MaintenanceLock>;
