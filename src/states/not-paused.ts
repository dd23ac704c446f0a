import { z } from 'zod';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'not-paused',
  args: z.object({ cluster: ClusterName }),
  says: ({ cluster }) => `Patroni of ${cluster} is not paused`,
  async judge({ cluster }, view) {
    const dcs = await view.dcs(cluster);
    if (!dcs.ok) return notYet(`the DCS cannot be read: ${dcs.why}`);
    return dcs.value.config.paused ? notYet(`Patroni of ${cluster} is paused`) : holds(`Patroni of ${cluster} is not paused`);
  },
});

export const notPausedState = state;

/** Patroni's pause flag in the DCS is off (Patroni docs/pause.rst). */
export const notPaused = (cluster: string): StateData => build({ cluster });
