import { z } from 'zod';
import { PERMISSIONS } from '../core/person.ts';
import { Id } from './address-fields.ts';
import { extent } from './extent-fields.ts';

const RoleName = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'a role name is lowercase letters, digits and dashes');

/** The team's own roles, beside viewer, operator, approver and admin. */
export const RolesSchema = z.array(z.strictObject({ name: RoleName, may: z.array(z.enum(PERMISSIONS)).min(1) }));

/** Who holds a role, and where: in all environments, clusters and runbooks when absent. */
export const PeopleSchema = z.array(
  z.strictObject({
    role: RoleName,
    ...extent,
    users: z.array(Id('UW', 'a person')).default([]),
    groups: z.array(Id('S', 'a user group')).default([]),
  }),
);
