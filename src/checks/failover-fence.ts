import { blocked, type Check, passed, warned } from '../core/check.ts';
import { type Fence, fencedByRouting, fencedByUnits } from '../core/fence.ts';
import type { FailoverScene } from './failover-scene.ts';

/** The evidence that the old leader is fenced, the strongest first, and its check. */
export function fenceCheck(
  { facts, leader }: FailoverScene,
  fencedBy: string | undefined,
): { readonly by: Fence | undefined; readonly check: Check } {
  const id = 'fenced';
  const units = fencedByUnits(leader.name, facts.server);
  if (units.holds) return { by: 'units', check: passed(id, units.says) };
  if (fencedBy !== undefined) {
    const says = `the asker states that ${leader.name} is ${fencedBy}; nothing here can check that`;
    return { by: 'word', check: warned(id, says, 'Approve only if you know it as well: two primaries would both take writes.') };
  }
  const routing = fencedByRouting(leader.name, facts.snapshot);
  if (routing.holds)
    return { by: 'routing', check: passed(id, `${routing.says}; whoever connects to its own address is not kept away`) };
  return {
    by: undefined,
    check: blocked(
      id,
      `nothing keeps ${leader.name} from taking writes again: ${units.says}; ${routing.says}`,
      `Power it off and add \`--fenced-by "powered off"\`, or stop and disable its services.`,
      { hard: true },
    ),
  };
}
