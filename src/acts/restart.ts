import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { askMember } from './ask-member.ts';
import { leaderLog } from './leader-log.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** What it is when it was planned. */
  role: z.enum(['leader', 'replica']),
  /** Only while Patroni says that a restart is pending. */
  onlyPending: z.boolean(),
  /** Of a leader: Patroni fails over when it takes longer to start (`timeout` of POST /restart). */
  startWithinS: z.number().int().positive().exactOptional(),
  /** Both are in the claim's name. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'restart',
  args: Args,
  repeat: 'never',
  interrupts: true,
  perform: ({ cluster, member, role, onlyPending, startWithinS, systemId, timeline }, hands, context) =>
    askMember(hands, context, {
      ...{ cluster, member, systemId, timeline, what: 'restart' },
      send: () =>
        hands.members.restart(
          cluster,
          {
            ...{ member, onlyPending },
            // `primary` was `master` before 4.0, and a leader that became a replica meanwhile does no harm by a restart.
            ...(role === 'replica' ? { role } : {}),
            ...(startWithinS === undefined ? {} : { startWithinS }),
          },
          context.signal,
        ),
    }),
  explain: ({ cluster, member }, hands, sinceMs, signal) => leaderLog(hands, { cluster, member, lines: 10, sinceMs }, signal),
});

export const restartAct = act;

/** Restarts PostgreSQL on one member through its Patroni, claimed once on its host. */
export const restart = (args: z.input<typeof Args>): ActData<'never'> => build(args);
