import { z } from 'zod';
import { asError } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({ cluster: ClusterName, leader: MemberName, old: MemberName });

const { act, build } = defineAct({
  name: 'tell-proxies',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, leader, old }, hands, { signal }) {
    try {
      const told = await hands.proxies.lead(cluster, { leader, old }, signal);
      return {
        performed: true,
        says: `${told.join(' and ')} ${told.length === 1 ? 'has' : 'have'} been told that ${leader} leads`,
      };
    } catch (error) {
      // Their health checks find it within seconds: that they could not be told stops nothing.
      return { performed: true, says: `the proxies could not be told, their health checks will: ${asError(error).message}` };
    }
  },
});

export const tellProxiesAct = act;

/**
 * Tells each HAProxy whose runtime socket is configured who leads, by overrides of the health that the next health check overwrites. Only
 * after the leader is proven by SQL.
 */
export const tellProxies = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
