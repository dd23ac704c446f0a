import { z } from 'zod';
import { refusal, unreachable } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { leaderLog } from './leader-log.ts';

const { act, build } = defineAct({
  name: 'reload',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member }, hands, { signal }) {
    const { meaning, text } = await hands.members.reload(cluster, member, signal);
    if (meaning === 'refused')
      throw refusal(`Patroni on ${member} refused the reload: ${text}`, 'See to what it names, then reload again.');
    if (meaning === 'unknown')
      throw unreachable(
        `Patroni on ${member} gave no answer to the reload (${text})`,
        'See to Patroni there, then reload again.',
      );
    return { performed: true, says: `Patroni on ${member} says: ${text}` };
  },
  explain: ({ cluster, member }, hands, sinceMs, signal) => leaderLog(hands, { cluster, member, lines: 10, sinceMs }, signal),
});

export const reloadAct = act;

/** Has Patroni on a member read its file and PostgreSQL its configuration again (`POST /reload`). */
export const reload = (cluster: string, member: string): ActData<'harmless'> => build({ cluster, member });
