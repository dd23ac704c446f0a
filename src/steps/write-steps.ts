import type { Step } from '../core/plan.ts';
import { minutes } from '../core/units.ts';
import { writeAnswered } from '../states/write-answered.ts';
import type { Handover } from './handover.ts';

/**
 * Only where there is a write probe, and the last of all: the probe takes the way of applications, which the proxies must have opened, and
 * a new primary that waits for a synchronous standby confirms no write before one follows it.
 */
export function writeSteps(
  cluster: string,
  { target, timeline, probesWrites }: Pick<Handover, 'target' | 'timeline' | 'probesWrites'>,
): readonly Step[] {
  if (!probesWrites) return [];
  const title = `See a write confirmed by ${target}`;
  return [{ id: 'written', title, within: minutes(2), until: writeAnswered(cluster, target, timeline + 1) }];
}
