import { type Facts, isSilent } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';

/** Members that only the configuration or only etcd knows; of a silent one its line says so. */
export function membershipFindings({ snapshot, dcs, patroni }: Facts): readonly Finding[] {
  if (!dcs) return [];
  const configured = snapshot.members.map(({ name }) => name);
  const inDcs = Object.keys(dcs.members);
  return [
    ...snapshot.members
      .filter((member) => !inDcs.includes(member.name) && !isSilent(member, patroni))
      .map(({ name }) =>
        about(
          name,
          finding('warn', 'member-not-in-dcs', `${name} has no member key in etcd: its Patroni is down, cut off or was removed`),
        ),
      ),
    ...inDcs
      .filter((name) => !configured.includes(name))
      .map((name) =>
        finding(
          'warn',
          'member-not-configured',
          `${name} is a member in etcd but not in Trunkline's configuration, so it was not asked`,
        ),
      ),
  ];
}
