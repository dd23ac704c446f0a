import { z } from 'zod';
import { isZone } from '../core/zoned.ts';

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

/** Times of the week; `to` at or before `from` is on the next day. */
export const WindowSchema = z.strictObject({
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
