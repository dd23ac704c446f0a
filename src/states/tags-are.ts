import { z } from 'zod';
import { DrainTags, drainTagsOf, sameTags, tagWords } from '../core/drain-tags.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'tags-are',
  args: z.object({ cluster: ClusterName, member: MemberName, tags: DrainTags }),
  says: ({ member, tags }) => `Patroni on ${member} runs with ${tagWords(tags)}`,
  async judge({ cluster, member, tags }, view) {
    const { patroni } = await view.member(cluster, member);
    if (!patroni.ok) return notYet(`Patroni on ${member} does not answer: ${patroni.why}`);
    const now = drainTagsOf(patroni.value.tags);
    return sameTags(now, tags)
      ? holds(`Patroni on ${member} runs with ${tagWords(tags)}`)
      : notYet(
          `Patroni on ${member} runs with ${tagWords(now)}, not with ${tagWords(tags)}; it reads its file within its next loop`,
        );
  },
});

export const tagsAreState = state;

/** The running Patroni of a member has these of the tags that a drain sets (`GET /patroni`). */
export const tagsAre = (cluster: string, member: string, tags: DrainTags): StateData => build({ cluster, member, tags });
