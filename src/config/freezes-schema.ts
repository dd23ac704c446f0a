import { z } from 'zod';
import { RISKS, type Risk } from '../core/plan.ts';
import { zonedMs } from '../core/zoned.ts';
import { extent } from './extent-fields.ts';
import { Zone } from './window-schema.ts';

const CHANGES: readonly Risk[] = RISKS.filter((risk) => risk !== 'reads');

/** A moment on the clock of the freeze's zone. */
const Moment = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/, 'a moment is a date and a time, such as 2026-12-20 18:00');

const Freeze = z
  .strictObject({
    from: Moment,
    until: Moment,
    zone: Zone,
    reason: z.string().trim().min(1).max(200),
    /** All but `reads` when absent. */
    risk: z
      .array(z.enum(RISKS))
      .min(1)
      .default([...CHANGES]),
    ...extent,
  })
  .transform(({ from, until, ...rest }, { issues }) => {
    const [fromMs, untilMs] = [zonedMs(from, rest.zone), zonedMs(until, rest.zone)];
    const wrong = (key: string, message: string) => issues.push({ code: 'custom', message, input: from, path: [key] });
    if (fromMs === undefined) wrong('from', 'there is no such date');
    if (untilMs === undefined) wrong('until', 'there is no such date');
    if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs) wrong('until', 'a freeze ends after it begins');
    return { ...rest, fromMs: fromMs ?? 0, untilMs: untilMs ?? 0 };
  });

/** Times in which nothing starts. */
export const FreezesSchema = z.array(Freeze);
