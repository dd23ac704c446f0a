import { z } from 'zod';
import { formatDuration } from './units.ts';

/** How long no write was taken, as the write probe of an incident measured it; or why that is not known, as a clause. */
export const WriteOutage = z.discriminatedUnion('kind', [
  z.object({
    /** `at-least`: the probe began when the leader was lost already. */
    kind: z.enum(['measured', 'at-least']),
    millis: z.number(),
    /** The longest gap that is not told from none, in milliseconds. */
    resolutionMs: z.number(),
    /** The address that was written to: `10.0.0.100:5000`. */
    through: z.string(),
  }),
  /** Writes fail since then (epoch milliseconds). */
  z.object({ kind: z.literal('lasts'), sinceMs: z.number(), through: z.string() }),
  z.object({ kind: z.literal('none'), resolutionMs: z.number(), through: z.string() }),
  z.object({ kind: z.literal('unknown'), why: z.string() }),
]);
export type WriteOutage = z.output<typeof WriteOutage>;

/** As a clause: `no write for 9.2 s, measured through 10.0.0.100:5000 to 150 ms`. */
export function outageWords(outage: WriteOutage): string {
  switch (outage.kind) {
    case 'measured':
    case 'at-least': {
      const least = outage.kind === 'measured' ? '' : 'at least ';
      return `no write for ${least}${formatDuration(outage.millis)}, measured through ${outage.through} to ${outage.resolutionMs} ms`;
    }
    case 'lasts':
      return `writes through ${outage.through} fail`;
    case 'none':
      return `no gap of writes above ${outage.resolutionMs} ms through ${outage.through}`;
    default:
      return `the write outage is not measured: ${outage.why}`;
  }
}
