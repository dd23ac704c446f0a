import { z } from 'zod';
import type { ProxyReadings } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName });

const out = defineState({
  name: 'out-of-replica-pool',
  args: Args,
  says: ({ member }) => `no HAProxy sends readers to ${member}`,
  judge: async ({ cluster, member }, view) => judgePool(member, await view.proxies(cluster), false),
});

const back = defineState({
  name: 'in-replica-pool',
  args: Args,
  says: ({ member }) => `every HAProxy sends readers to ${member}`,
  judge: async ({ cluster, member }, view) => judgePool(member, await view.proxies(cluster), true),
});

export const outOfReplicaPoolState = out.state;
export const inReplicaPoolState = back.state;

/** Every HAProxy that answers has the member down in its backend of replicas; one answers at least. */
export const outOfReplicaPool = (cluster: string, member: string): StateData => out.build({ cluster, member });
/** Every HAProxy that answers has it up there. */
export const inReplicaPool = (cluster: string, member: string): StateData => back.build({ cluster, member });

/** Pure part: a proxy that is down is told, and does not hold the run up. */
export function judgePool(member: string, proxies: readonly ProxyReadings[], wanted: boolean): Verdict {
  const silent = proxies.filter(({ stats }) => !stats.ok).map(({ name }) => name);
  if (silent.length === proxies.length) return notYet(`no HAProxy answers (${silent.join(', ') || 'none is configured'})`);
  const wrong = proxies.flatMap(({ name, stats }) => {
    const server = stats.ok ? stats.value.replicas.find((one) => one.member === member) : undefined;
    return stats.ok && (server?.status.startsWith('UP') ?? false) !== wanted
      ? [`${name} (${server?.status ?? 'not listed'})`]
      : [];
  });
  const one = wrong.length === 1;
  const verb = wanted ? `${one ? 'does' : 'do'} not send` : `still ${one ? 'sends' : 'send'}`;
  if (wrong.length > 0) return notYet(`${wrong.join(' and ')} ${verb} readers to ${member}`);
  const rest = silent.length > 0 ? `; ${silent.join(' and ')} cannot be read` : '';
  return holds(`${wanted ? 'every' : 'no'} HAProxy sends readers to ${member}${rest}`);
}
