import { z } from 'zod';

const STEPS: Readonly<Record<string, number>> = { KiB: 1, MiB: 1024, GiB: 1024 * 1024 };
/** What pg_basebackup --max-rate takes, in KiB/s. */
const LEAST = 32;
export const NO_RATE_LIMIT = 1_048_576;

/** `50MiB`, a second, as KiB/s; pg_basebackup(1) takes 32 KiB to 1 GiB. */
export const RateText = z
  .string()
  .regex(/^\d{1,7}(KiB|MiB|GiB)$/, 'a rate is a number and KiB, MiB or GiB for each second, such as 50MiB')
  .transform((text) => Number.parseInt(text, 10) * (STEPS[text.slice(-3)] ?? Number.NaN))
  .refine((kib) => kib >= LEAST && kib <= NO_RATE_LIMIT, 'a rate is at least 32KiB and at most 1GiB');
