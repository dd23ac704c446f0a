import { tellProxies } from '../acts/tell-proxies.ts';
import type { Step } from '../core/plan.ts';
import { minutes } from '../core/units.ts';
import { proxiesRouteTo } from '../states/proxies-route-to.ts';
import type { Handover } from './handover.ts';

/** Only where HAProxies are known: told at once where that is configured, and looked at in any case. */
export function routeSteps(
  cluster: string,
  { leader, target, hasProxies, tellsProxies }: Pick<Handover, 'leader' | 'target' | 'hasProxies' | 'tellsProxies'>,
): readonly Step[] {
  if (!hasProxies) return [];
  return [
    {
      id: 'routed',
      title: `Wait for the proxies to send writes to ${target}`,
      within: minutes(2),
      ...(tellsProxies ? { act: tellProxies({ cluster, leader: target, old: leader }) } : {}),
      until: proxiesRouteTo(cluster, target),
    },
  ];
}
