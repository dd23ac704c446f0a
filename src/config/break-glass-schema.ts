import { z } from 'zod';
import { ClusterName } from '../core/names.ts';
import { Id } from './address-fields.ts';
import { duration } from './fields.ts';

/** Who may start a change without approval, where, and how soon somebody else must have reviewed it. */
export const BreakGlassSchema = z.strictObject({
  users: z.array(Id('UW', 'a person')).default([]),
  groups: z.array(Id('S', 'a user group')).default([]),
  environments: z.array(z.string()).optional(),
  clusters: z.array(ClusterName).optional(),
  reviewWithin: duration().prefault('24h'),
});
