import { z } from 'zod';
import { RISKS } from '../core/plan.ts';
import { patternFlaw } from '../core/safe-pattern.ts';
import { Id } from './address-fields.ts';
import { extent } from './extent-fields.ts';
import { duration } from './fields.ts';
import { WindowSchema } from './window-schema.ts';

const Pattern = z
  .string()
  .min(1)
  .max(200)
  .check(({ value, issues }) => {
    const flaw = patternFlaw(value);
    if (flaw === undefined) return;
    const message = `this is no pattern of RE2, which has no look-around and no back-references: ${flaw}`;
    issues.push({ code: 'custom', message, input: value });
  });

/** The first rule that fits a plan's risk, its place and its runbook decides; none fits: refused. */
export const PoliciesSchema = z.array(
  z.strictObject({
    risk: z.array(z.enum(RISKS)).min(1),
    ...extent,
    /** Approvals by other people. */
    approvals: z.number().int().min(0).max(5),
    /** The asker confirms with a second click; nobody else is asked. */
    confirm: z.boolean().default(false),
    /** User groups whose members' votes count; those of all who may approve when absent. */
    from: z.array(Id('S', 'a user group')).min(1).optional(),
    /** A one-time code of an authenticator app beside each click. */
    totp: z.boolean().default(false),
    reasonRequired: z.boolean().default(false),
    /** Must be found in the reason, such as a ticket: `CHG-[0-9]{4,}`. RE2 syntax. */
    reasonPattern: Pattern.optional(),
    /** Said to whoever gives a reason that does not fit. */
    reasonHint: z.string().min(1).max(200).optional(),
    /** When changes may start; at any time when absent. */
    windows: z.array(WindowSchema).min(1).optional(),
    expiresIn: duration().prefault('15m'),
    startWithin: duration().prefault('5m'),
  }),
);
