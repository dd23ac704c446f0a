import { z } from 'zod';

/** What is told of the clusters, to whom and when. */
export const AlertsSchema = z.strictObject({});
