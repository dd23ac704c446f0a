import { z } from 'zod';

/** The tags that keep a member out of elections, of the pool of readers and of the synchronous standbys (Patroni docs, tags). */
export const DrainTags = z.object({ nofailover: z.boolean(), noloadbalance: z.boolean(), nosync: z.boolean() });
export type DrainTags = z.output<typeof DrainTags>;

export const DRAINED: DrainTags = { nofailover: true, noloadbalance: true, nosync: true };

/** These three of all tags of a member; an absent one is false. */
export function drainTagsOf(tags: Readonly<Record<string, unknown>>): DrainTags {
  return { nofailover: tags.nofailover === true, noloadbalance: tags.noloadbalance === true, nosync: tags.nosync === true };
}

export function sameTags(a: DrainTags, b: DrainTags): boolean {
  return a.nofailover === b.nofailover && a.noloadbalance === b.noloadbalance && a.nosync === b.nosync;
}

/** `nofailover, noloadbalance`; `none of nofailover, noloadbalance, nosync`. */
export function tagWords(tags: DrainTags): string {
  const set = (['nofailover', 'noloadbalance', 'nosync'] as const).filter((tag) => tags[tag]);
  return set.length > 0 ? set.join(', ') : 'none of nofailover, noloadbalance, nosync';
}

/** A drain is named after the claim of the step that set its tags. */
export const DrainName = z.string().regex(/^[A-Za-z0-9.-]{1,80}$/);

/** The id of the debt that a drained member is. */
export const drainDebtId = (cluster: string, member: string): string => `drain ${cluster} ${member}`;
