import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, suffix: z.string() });

const { state, build } = defineState({
  name: 'set-aside-as',
  args: Args,
  says: ({ member, suffix }) => `the old data directory of ${member} is the one with .${suffix}, and its place is free`,
  async judge({ cluster, member, suffix }, view) {
    const [server, kept] = await Promise.all([view.server(cluster, member), view.kept(cluster, member)]);
    if (!kept.ok) return notYet(`what is kept on ${member} can not be read: ${kept.why}`);
    const found = kept.value.find((one) => one.suffix === suffix);
    if (!found) return notYet(`nothing on ${member} is set aside as .${suffix} yet`);
    if (!server.ok) return notYet(`${member} can not be asked: ${server.why}`);
    if (known(server)?.process !== 'no data directory') return notYet(`${member} still has a data directory in its place`);
    return holds(`the old data directory of ${member} is ${found.path}`);
  },
});

export const setAsideAsState = state;

/** A member's data directory was renamed, and nothing stands in its place. */
export const setAsideAs = (cluster: string, member: string, suffix: string): StateData => build({ cluster, member, suffix });
