import { z } from 'zod';
import { duration } from './fields.ts';

/** What is told of the clusters, to whom and when. */
export const AlertsSchema = z.strictObject({
  /** A time in which nobody watched and nothing was missed is told from this long on; a shorter one is for the log. */
  gapReportAfter: duration().prefault('1m'),
});
