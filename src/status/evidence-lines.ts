import type { Part } from '../core/message.ts';
import type { Facts } from './facts.ts';
import { joinNames } from './join-names.ts';

/** What each source says of the leader: the etcd key, REST, SQL, every HAProxy; and who holds the VIP. */
export function evidenceLines({ snapshot, evidence, dcs, patroni }: Facts): readonly Part[] {
  const { dcs: keys, members, proxies, vip } = snapshot;
  const unread = (part: 'sql' | 'patroni') => members.filter((member) => !member[part].ok).map(({ name }) => name);
  return [
    ...(patroni
      ? [
          fact(
            `etcd, leader key: ${keys.ok ? (dcs?.leader ?? 'empty') : `not read: ${keys.why}`}${keys.ok ? ` (${keys.source})` : ''}`,
          ),
          fact(`REST: ${joinNames(evidence.rest)}${notRead(unread('patroni'))}`),
        ]
      : []),
    fact(`SQL, not in recovery: ${joinNames(evidence.sql)}${notRead(unread('sql'))}`),
    ...proxies.map(({ name, stats }) => {
      const routed = evidence.routed.find(({ proxy }) => proxy === name)?.members ?? [];
      return fact(
        `${name} (HAProxy) sends writes to: ${stats.ok ? `${joinNames(routed)} (${stats.source})` : `not read: ${stats.why}`}`,
      );
    }),
    ...(vip
      ? [
          fact(
            `VIP ${vip.address} is on: ${vip.holders.ok ? `${joinNames(vip.holders.value)} (${vip.holders.source})` : `not read: ${vip.holders.why}`}`,
          ),
        ]
      : []),
  ];
}

function notRead(names: readonly string[]): string {
  return names.length === 0 ? '' : `; not read: ${joinNames(names)}`;
}

function fact(line: string): Part {
  return { line, indent: 1 };
}
