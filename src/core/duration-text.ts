import { z } from 'zod';
import { type Duration, milliseconds } from './units.ts';

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const MILLIS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15m`, `90s`, `2h` as milliseconds. */
export const DurationText = z
  .string()
  .regex(DURATION, 'a duration is a number and ms, s, m, h or d, such as 15m')
  .transform((text): Duration => {
    const [, amount, unit = ''] = DURATION.exec(text) ?? [];
    return milliseconds(Number(amount) * (MILLIS[unit] ?? Number.NaN));
  });
