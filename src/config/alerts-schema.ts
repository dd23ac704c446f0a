import { z } from 'zod';
import { AlertFlappingSchema } from './alert-flapping-schema.ts';
import { AlertHeartbeatSchema } from './alert-heartbeat-schema.ts';
import { AlertRoutesSchema } from './alert-routes-schema.ts';
import { AlertSituationsSchema, PatrolSchema } from './alert-situations-schema.ts';
import { AlertTargetsSchema } from './alert-targets-schema.ts';

/** What is told of the clusters, to whom and when. */
export const AlertsSchema = z.strictObject({
  flapping: AlertFlappingSchema.prefault({}),
  routes: AlertRoutesSchema.default([]),
  targets: AlertTargetsSchema.default([]),
  heartbeat: AlertHeartbeatSchema.optional(),
  patrol: PatrolSchema.prefault({}),
  situations: AlertSituationsSchema.prefault({}),
});
