import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, suffix: z.string(), sinceMs: z.number() });

const { state, build } = defineState({
  name: 'kept-is',
  args: Args,
  says: ({ member, suffix }) => `.${suffix} on ${member} is the one that was looked at`,
  async judge({ cluster, member, suffix, sinceMs }, view) {
    const kept = await view.kept(cluster, member);
    if (!kept.ok) return notYet(`what is kept on ${member} can not be read: ${kept.why}`);
    const found = kept.value.find((one) => one.suffix === suffix);
    if (!found) return impossible(`nothing is kept on ${member} as .${suffix} any more`);
    if (found.sinceMs !== sinceMs) return impossible(`${found.path} on ${member} is another one than was looked at`);
    return holds(`${found.path} on ${member} is the one that was looked at`);
  },
});

export const keptIsState = state;

/** What is kept there under that name was put aside at that moment (epoch milliseconds). */
export const keptIs = (args: z.input<typeof Args>): StateData => build(args);
