import type { Dcs, MemberReadings } from './cluster.ts';
import { known } from './reading.ts';

/** The member that another one replicates from by its tag `replicatefrom` (Patroni docs, yaml_configuration.rst, Tags). */
export function replicatesFrom(
  { name, patroni }: Pick<MemberReadings, 'name' | 'patroni'>,
  dcs: Pick<Dcs, 'members'> | undefined,
): string | undefined {
  const upstream = known(patroni)?.tags.replicatefrom ?? dcs?.members[name]?.tags.replicatefrom;
  return typeof upstream === 'string' ? upstream : undefined;
}
