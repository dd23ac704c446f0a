import { z } from 'zod';
import { ClusterName } from '../core/names.ts';
import { ROLES } from '../core/person.ts';
import { Id } from './address-fields.ts';

const Grant = z.strictObject({
  users: z.array(Id('UW', 'a person')).default([]),
  groups: z.array(Id('S', 'a user group')).default([]),
});

/** Who holds a role, in which environments (all when absent). */
export const PeopleSchema = z.array(
  z.strictObject({
    role: z.enum(ROLES),
    environments: z.array(z.string()).optional(),
    clusters: z.array(ClusterName).optional(),
    ...Grant.shape,
  }),
);
