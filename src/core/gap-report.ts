import { z } from 'zod';

/** A time in which no bot watched an etcd, and what it came to. */
export const GapReport = z.object({
  /** The same from every bot that finds it. */
  id: z.string(),
  /** The watch that was away: the etcd's name and the prefix. */
  source: z.string(),
  fromMs: z.number(),
  untilMs: z.number(),
  /**
   * `away`: nobody watched, etcd still had every event. `cut`: the watch was cut from etcd and went on where it was. `compacted`: etcd had
   * deleted its history of that time. `restored`: etcd went back, or another one answers.
   */
  how: z.enum(['away', 'cut', 'compacted', 'restored']),
  /** Leader changes of that time, each told by itself. */
  told: z.number(),
  /** What must have happened and can't be told one by one, by cluster. */
  unobservable: z.array(z.object({ cluster: z.string(), count: z.number() }).readonly()).readonly(),
  /** The bot that looks through that time has not seen all of it; told only when that bot ended before it had. */
  isUnfinished: z.literal(true).optional(),
});
export type GapReport = Readonly<z.output<typeof GapReport>>;
