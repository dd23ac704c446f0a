import { z } from 'zod';
import { duration } from './fields.ts';

/** So many unplanned changes of a cluster's leader within that time are one incident, which ends after as long without another. */
export const AlertFlappingSchema = z.strictObject({
  changes: z.number().int().min(2).max(20).prefault(3),
  within: duration().prefault('30m'),
});
