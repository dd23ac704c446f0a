import type { Facts } from './facts.ts';
import { type Finding, finding } from './finding.ts';
import { joinNames } from './join-names.ts';

/** etcd's own health: quorum, leader, alarms, members that do not answer. */
export function etcdFindings({ snapshot, dcs, patroni }: Facts): readonly Finding[] {
  if (!patroni) return [];
  const { etcd } = snapshot;
  const answered = etcd.flatMap(({ endpoint, health }) => (health.ok ? [{ endpoint, ...health.value }] : []));
  const leaderless = answered.filter(({ hasLeader }) => !hasLeader).map(({ endpoint }) => endpoint);
  return [
    ...quorum(etcd.length, answered.length, dcs !== undefined),
    ...(leaderless.length > 0 ? [finding('bad', 'etcd-no-leader', `etcd has no leader (by ${joinNames(leaderless)})`)] : []),
    ...several(answered.filter(({ isLeader }) => isLeader)),
    ...answered.flatMap(({ endpoint, alarms }) => alarms.map((alarm) => raised(endpoint, alarm))),
    ...etcd.flatMap(({ endpoint, health }) =>
      health.ok ? [] : [finding('warn', 'etcd-member-silent', `etcd ${endpoint} not read: ${health.why}`)],
    ),
  ];
}

function quorum(size: number, answered: number, dcsRead: boolean): readonly Finding[] {
  const needed = Math.floor(size / 2) + 1;
  if (size === 0 || answered >= needed || dcsRead) return [];
  return [
    finding(
      'bad',
      'etcd-no-quorum',
      `etcd has no quorum: ${answered} of ${size} members answer, ${needed} are needed`,
      'Without etcd Patroni demotes the primary (unless failsafe mode holds it) and promotes nobody. Bring etcd back first.',
    ),
  ];
}

/** Two leaders of different terms are seen for a moment during an election. */
function several(leaders: readonly { readonly endpoint: string; readonly raftTerm: string }[]): readonly Finding[] {
  if (leaders.length < 2) return [];
  const who = leaders.map(({ endpoint, raftTerm }) => `${endpoint} (term ${raftTerm})`);
  return [finding('warn', 'etcd-two-leaders', `${joinNames(who)} each say they lead etcd`)];
}

function raised(endpoint: string, alarm: string): Finding {
  const hint =
    alarm === 'NOSPACE' ? 'etcd refuses writes, so Patroni cannot renew its lease. Compact, defragment, disarm.' : undefined;
  return finding('bad', 'etcd-alarm', `etcd ${endpoint} raises the alarm ${alarm}`, hint);
}
