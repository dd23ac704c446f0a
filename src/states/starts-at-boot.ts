import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'starts-at-boot',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `PostgreSQL on ${member} runs, and starts again at boot`,
  judge: async ({ cluster, member }, view) => judgeBoot(member, await view.server(cluster, member)),
});

export const startsAtBootState = state;

/** The server runs by its unit, which is not masked any more. */
export const startsAtBoot = (cluster: string, member: string): StateData => build({ cluster, member });

/** Pure part. */
export function judgeBoot(member: string, reading: Reading<Server>): Verdict {
  if (!reading.ok) return notYet(`${member} can not be asked: ${reading.why}`);
  const { process, postgres } = reading.value;
  const says = `PostgreSQL on ${member} ${process === 'running' ? 'runs' : 'does not run'}, and its unit is ${postgres.active} and ${postgres.enabled || 'not there'}`;
  return process === 'running' && postgres.active === 'active' && postgres.enabled.startsWith('enabled')
    ? holds(says)
    : notYet(says);
}
