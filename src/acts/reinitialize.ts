import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { askMember } from './ask-member.ts';
import { leaderLog } from './leader-log.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Ends what Patroni is doing there, such as starting a PostgreSQL that does not start. */
  force: z.boolean(),
  /** Both are in the claim's name. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'reinitialize',
  args: Args,
  repeat: 'never',
  interrupts: true,
  perform: ({ cluster, member, force, systemId, timeline }, hands, context) =>
    askMember(hands, context, {
      ...{ cluster, member, systemId, timeline, what: 'reinit' },
      send: () => hands.members.reinitialize(cluster, { member, force }, context.signal),
    }),
  explain: ({ cluster, member }, hands, sinceMs, signal) => leaderLog(hands, { cluster, member, lines: 10, sinceMs }, signal),
});

export const reinitializeAct = act;

/** Has Patroni discard a replica's data directory and copy it anew, claimed once on its host. */
export const reinitialize = (args: z.input<typeof Args>): ActData<'never'> => build(args);
