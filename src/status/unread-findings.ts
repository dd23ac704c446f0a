import type { MemberReadings } from '../core/cluster.ts';
import { type Facts, isSilent, silence } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';

/** Everything that was asked and did not answer, each with its reason. (etcd's members: see etcd-findings.) */
export function unreadFindings(facts: Facts): readonly Finding[] {
  const { snapshot, patroni } = facts;
  const { vip } = snapshot;
  return [
    ...(!patroni || snapshot.dcs.ok
      ? []
      : [finding('bad', 'dcs-unread', `leader key and member keys in etcd not read: ${snapshot.dcs.why}`)]),
    ...snapshot.members.flatMap((member) => unreadOf(member, facts)),
    ...snapshot.proxies.flatMap(({ name, stats }) =>
      stats.ok ? [] : [about(name, finding('warn', 'proxy-silent', `${name} (HAProxy) not read: ${stats.why}`))],
    ),
    ...(!vip || vip.holders.ok
      ? []
      : [finding('unknown', 'vip-unread', `holder of the VIP ${vip.address} not read: ${vip.holders.why}`)]),
  ];
}

function unreadOf(member: MemberReadings, { patroni, evidence }: Facts): readonly Finding[] {
  const { name, disk, sql } = member;
  const rest = member.patroni;
  if (isSilent(member, patroni)) {
    if (evidence.standing === 'silent-key' && name === evidence.key) return [];
    return [about(name, finding('warn', 'member-silent', `${name} does not answer (${silence(member, patroni)})`))];
  }
  return [
    ...(sql.ok ? [] : [about(name, finding('warn', 'sql-unread', `SQL on ${name} not read: ${sql.why}`))]),
    ...(rest.ok || !patroni
      ? []
      : [about(name, finding('warn', 'rest-unread', `Patroni's REST API on ${name} not read: ${rest.why}`))]),
    ...(disk.ok ? [] : [finding('unknown', 'disk-unread', `free disk of ${name} not read: ${disk.why}`)]),
  ];
}
