import { z } from 'zod';
import { AlertFlappingSchema } from './alert-flapping-schema.ts';

/** What is told of the clusters, to whom and when. */
export const AlertsSchema = z.strictObject({
  flapping: AlertFlappingSchema.prefault({}),
});
