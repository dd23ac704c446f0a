import { z } from 'zod';
import type { ProxyReadings } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';
import { judgeVip } from './vip-held-once.ts';

const { state, build } = defineState({
  name: 'proxies-route-to',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `the proxies send writes to ${member} alone, and the VIP is held once`,
  async judge({ cluster, member }, view) {
    const routed = judgeRouting(member, await view.proxies(cluster));
    // Only then, as it is asked over ssh and clients wait.
    const held = routed.holds ? judgeVip(await view.vip(cluster)) : routed;
    return routed.holds && held.holds ? holds(`${routed.says}; ${held.says}`) : held;
  },
});

export const proxiesRouteToState = state;

/** Every HAProxy that answers has the member as the only UP server of its primary backend, one answers at least, VIP held once. */
export const proxiesRouteTo = (cluster: string, member: string): StateData => build({ cluster, member });

/** Pure part: the proxies that answer decide; one that is down is told, and does not hold the run up. */
export function judgeRouting(member: string, proxies: readonly ProxyReadings[]): Verdict {
  const silent: string[] = [];
  for (const { name, stats } of proxies) {
    if (!stats.ok) {
      silent.push(name);
      continue;
    }
    const up = stats.value.primary.filter(({ status }) => status.startsWith('UP')).map((server) => server.member);
    if (up.length !== 1 || up[0] !== member)
      return notYet(`${name} sends writes to ${up.length === 0 ? 'nobody' : up.join(' and ')}, not to ${member} alone`);
  }
  if (silent.length === proxies.length) return notYet(`no HAProxy answers (${silent.join(', ')})`);
  const rest = silent.length > 0 ? `; ${silent.join(' and ')} cannot be read` : '';
  return holds(`the proxies send writes to ${member} alone${rest}`);
}
