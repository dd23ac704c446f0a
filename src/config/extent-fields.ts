import { z } from 'zod';
import { ClusterName } from '../core/names.ts';

/** Which part of the world something speaks of; each list means all when absent. */
export const extent = {
  environments: z.array(z.string()).optional(),
  clusters: z.array(ClusterName).optional(),
  runbooks: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'a runbook name is lowercase letters, digits and dashes')).optional(),
};
