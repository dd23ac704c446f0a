import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { currentPrimary, readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'starts-at-boot',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `PostgreSQL on ${member} runs, and starts again at boot`,
  async judge({ cluster, member }, view) {
    const [server, roles] = await Promise.all([view.server(cluster, member), readRoles(view, cluster)]);
    return judgeBoot(member, server, roles);
  },
});

export const startsAtBootState = state;

/** The server runs by its unit, which is not masked any more, and it is not a standby of nobody. */
export const startsAtBoot = (cluster: string, member: string): StateData => build({ cluster, member });

/** Pure part. */
export function judgeBoot(member: string, reading: Reading<Server>, roles: Roles): Verdict {
  if (!reading.ok) return notYet(`${member} can not be asked: ${reading.why}`);
  const { process, postgres, standbySignal } = reading.value;
  const says = `PostgreSQL on ${member} ${process === 'running' ? 'runs' : 'does not run'}, and its unit is ${postgres.active} and ${postgres.enabled || 'not there'}`;
  if (process !== 'running' || postgres.active !== 'active' || !postgres.enabled.startsWith('enabled')) return notYet(says);
  const primary = currentPrimary(roles);
  if (standbySignal === true && 'why' in primary) return notYet(`${says}, but as a standby, and ${primary.why}`);
  return holds(says);
}
