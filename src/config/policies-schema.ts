import { z } from 'zod';
import { RISKS } from '../core/plan.ts';
import { patternFlaw } from '../core/safe-pattern.ts';
import { isZone } from '../core/zoned.ts';
import { Id } from './address-fields.ts';
import { extent } from './extent-fields.ts';
import { duration } from './fields.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** A name of the IANA time zone database. */
export const Zone = z.string().refine(isZone, 'a time zone is a name of the IANA database, such as Europe/Berlin');

/** Minutes after midnight. */
const clockTime = (pattern: RegExp, words: string) =>
  z
    .string()
    .regex(pattern, words)
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** When changes may start; `to` at or before `from` is on the next day. */
const WindowSchema = z.strictObject({
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .default([...DAYS])
    .transform((days) => days.map((day) => DAYS.indexOf(day) + 1)),
  from: clockTime(CLOCK, 'a time is HH:MM, from 00:00 to 23:59'),
  to: clockTime(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time is HH:MM, from 00:01 to 24:00').refine(
    (minutes) => minutes > 0,
    'a window that ends at midnight ends at 24:00',
  ),
  zone: Zone,
});

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
