import { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { SituationName } from './situation-name.ts';

/** A situation as people type it; a slip of the hand is named. */
export const SituationWord = z.string().transform((word, context): SituationName => {
  const known = SituationName.safeParse(word.toLowerCase());
  if (known.success) return known.data;
  const near = didYouMean(word, SituationName.options);
  const says = near
    ? `there is no such situation; did you mean ${near}`
    : `the situations are ${SituationName.options.join(', ')}`;
  context.addIssue({ code: 'custom', message: says });
  return z.NEVER;
});

/** The member, slot, proxy or endpoint that something is about, as its incident names it. */
export const Subject = z.string().trim().min(1).max(120);
