import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'no-failsafe',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `${member} does not run in failsafe mode`,
  async judge({ cluster, member }, view) {
    const { patroni } = await view.member(cluster, member);
    if (!patroni.ok) return notYet(`Patroni on ${member} does not answer: ${patroni.why}`);
    return patroni.value.failsafeActive
      ? notYet(`${member} runs in failsafe mode: it cannot reach the DCS`)
      : holds(`${member} does not run in failsafe mode`);
  },
});

export const noFailsafeState = state;

/** The leader sees the DCS: in failsafe mode one stopped replica makes it read-only (Patroni docs/dcs_failsafe_mode.rst). */
export const noFailsafe = (cluster: string, member: string): StateData => build({ cluster, member });
