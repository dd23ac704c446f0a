import { z } from 'zod';
import { RISKS } from '../core/plan.ts';
import { duration } from './fields.ts';

/** The first rule that fits a plan's risk and environment decides; none fits: refused. */
export const PoliciesSchema = z.array(
  z.strictObject({
    risk: z.array(z.enum(RISKS)).min(1),
    environments: z.array(z.string()).optional(),
    /** Approvals by other people. */
    approvals: z.number().int().min(0).max(5),
    reasonRequired: z.boolean().default(false),
    expiresIn: duration().prefault('15m'),
    startWithin: duration().prefault('5m'),
  }),
);
