import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Scene } from './scene.ts';

/** The leader's own Patroni asks the candidate's before it hands over (patroni/ha.py, is_failover_possible), so it must get there. */
export function reachCheck({ leader, facts }: Scene, { name }: MemberReadings): Check {
  const id = 'candidate-from-leader';
  const reach = facts.reach[name];
  if (!reach?.ok)
    return warned(
      id,
      `whether ${leader.name} reaches Patroni on ${name} could not be looked at: ${reach?.why ?? 'it was not asked'}`,
      `Look on ${leader.name}, with curl: its Patroni asks that of ${name} before it hands over.`,
    );
  return reach.value.connects
    ? passed(id, `${leader.name} reaches Patroni on ${name} (${reach.value.says})`)
    : blocked(
        id,
        `${name} is not reachable from the leader ${leader.name}: ${reach.value.says}`,
        'Mend the network or the firewall between the two, or choose another member with `--to`.',
        { hard: true },
      );
}
