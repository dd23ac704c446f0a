import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'held-down',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** False where there is no data directory that a standby.signal could be written into. */
    marked: z.boolean().exactOptional(),
  }),
  says: ({ member, marked = true }) =>
    `${member} is stopped, nothing can start it at boot${marked ? ', and a start would make it a standby' : ''}`,
  judge: async ({ cluster, member, marked = true }, view) => judgeHeldDown(member, await view.server(cluster, member), marked),
});

export const heldDownState = state;

/**
 * No second primary can come of this member: its server is stopped, its unit is masked, and there is a standby.signal. A host that can't be
 * asked is 'not yet', as it may be starting just now.
 */
export const heldDown = (cluster: string, member: string, marked?: boolean): StateData =>
  build({ cluster, member, ...(marked === undefined ? {} : { marked }) });

/** Pure part. */
export function judgeHeldDown(member: string, reading: Reading<Server>, marked = true): Verdict {
  if (!reading.ok) return notYet(`${member} can not be asked: ${reading.why}`);
  const { process, postgres, standbySignal } = reading.value;
  if (process === 'running') return notYet(`PostgreSQL on ${member} runs`);
  if (postgres.enabled !== 'masked') return notYet(`the unit of PostgreSQL on ${member} is ${postgres.enabled || 'not there'}`);
  if (!marked) return holds(`PostgreSQL on ${member} is stopped, and its unit is masked`);
  if (standbySignal !== true) return notYet(`there is no standby.signal on ${member}, so a start would make a primary`);
  return holds(`PostgreSQL on ${member} is stopped, its unit is masked, and standby.signal is there`);
}
