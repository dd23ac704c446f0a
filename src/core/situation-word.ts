import { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { SituationName } from './situation-name.ts';

/** A situation as people type it; a slip of the hand is named. */
export const SituationWord = z.string().transform((word, context): SituationName => {
  const known = SituationName.safeParse(word.toLowerCase());
  if (known.success) return known.data;
  const near = nearest(word.toLowerCase());
  const says = near
    ? `there is no such situation; did you mean ${near}`
    : 'there is no such situation; some are replication-lag, slot-inactive and member-gone, without one all are meant';
  context.addIssue({ code: 'custom', message: says });
  return z.NEVER;
});

const MOST_NEAR = 8;

/** The one that was mistyped, or those that have the word in their name: `lag`, `etcd`. */
function nearest(word: string): string | undefined {
  const inName = SituationName.options.filter((name) => word.length > 2 && name.includes(word));
  if (inName.length > 0 && inName.length <= MOST_NEAR) return inName.join(', ').replace(/, ([^,]+)$/u, ' or $1');
  return didYouMean(word, SituationName.options);
}

/** The member, slot, proxy or endpoint that something is about, as its incident names it. */
export const Subject = z.string().trim().min(1).max(120);
