import { z } from 'zod';
import { AlertFlappingSchema } from './alert-flapping-schema.ts';
import { AlertHeartbeatSchema } from './alert-heartbeat-schema.ts';
import { AlertRoutesSchema } from './alert-routes-schema.ts';
import { AlertSituationsSchema, PatrolSchema } from './alert-situations-schema.ts';
import { AlertTargetsSchema } from './alert-targets-schema.ts';
import { duration } from './fields.ts';

/** What is told of the clusters, to whom and when. */
export const AlertsSchema = z.strictObject({
  /** A time in which nobody watched and nothing was missed is told from this long on; a shorter one is for the log. */
  gapReportAfter: duration().prefault('1m'),
  flapping: AlertFlappingSchema.prefault({}),
  routes: AlertRoutesSchema.default([]),
  targets: AlertTargetsSchema.default([]),
  heartbeat: AlertHeartbeatSchema.optional(),
  patrol: PatrolSchema.prefault({}),
  situations: AlertSituationsSchema.prefault({}),
});
