import { z } from 'zod';
import { duration, secretUrl } from './fields.ts';

const SHORTEST_MS = 10_000;

/** A dead man's switch outside: it calls people when the beats end. */
export const AlertHeartbeatSchema = z.strictObject({
  url: secretUrl(),
  method: z.enum(['GET', 'POST']).default('POST'),
  every: duration()
    .prefault('1m')
    .refine((millis) => millis >= SHORTEST_MS, 'a beat more often than every 10s proves nothing more'),
  /** No beat while a post, edit or page waits for longer. */
  oldestOutbox: duration().prefault('2m'),
});
