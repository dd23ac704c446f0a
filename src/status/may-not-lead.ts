import type { Dcs, MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';

/**
 * True when the tags keep a member from being promoted: `nofailover`, or `failover_priority` of 0 or less unless `nofailover` is
 * false in so many words (Patroni docs/yaml_configuration.rst, Tags).
 */
export function mayNotLead(member: MemberReadings, dcs: Dcs | undefined): boolean {
  const { nofailover, failover_priority: priority } = tagsOf(member, dcs);
  if (typeof nofailover === 'boolean') return nofailover;
  return typeof priority === 'number' && priority <= 0;
}

/** A member's tags, by REST or, when it does not answer, by its key in etcd. */
export function tagsOf({ name, patroni }: MemberReadings, dcs: Dcs | undefined): Readonly<Record<string, unknown>> {
  return known(patroni)?.tags ?? dcs?.members[name]?.tags ?? {};
}
