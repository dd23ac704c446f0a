import { z } from 'zod';
import { AlertSituationsSchema, PatrolSchema } from './alert-situations-schema.ts';

/** What is told of the clusters, to whom and when. */
export const AlertsSchema = z.strictObject({
  patrol: PatrolSchema.prefault({}),
  situations: AlertSituationsSchema.prefault({}),
});
