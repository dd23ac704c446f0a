import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';

/** failover_priority 0 is nofailover; `nofailover: false` wins over it (Patroni docs/yaml_configuration.rst, tags). */
export function mayNotLead({ patroni }: Pick<MemberReadings, 'patroni'>): boolean {
  const { nofailover, failover_priority: priority } = known(patroni)?.tags ?? {};
  if (nofailover !== undefined)
    return nofailover === true || ['on', 'true', 'yes', '1'].includes(String(nofailover).toLowerCase());
  return priority !== undefined && Number(priority) === 0;
}
