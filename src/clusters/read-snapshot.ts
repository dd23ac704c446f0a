import type { Clock } from '../core/clock.ts';
import type { Dcs, EtcdEndpoint, ProxyReadings, Snapshot } from '../core/cluster.ts';
import type { Reading } from '../core/reading.ts';
import { bounded, notRead, orElse } from './bounded.ts';
import type { ClusterParts } from './parts.ts';
import { readMember } from './read-member.ts';
import { vipHolders } from './vip-holders.ts';

/** Everything of one cluster, all parts asked at once and each bounded. Never rejects. */
export async function readSnapshot(parts: ClusterParts, clock: Clock): Promise<Snapshot> {
  const { info } = parts;
  const startedAtMs = clock.now();
  const [dcs, members, etcd, proxies, vip] = await Promise.all([
    readDcs(parts, clock),
    Promise.all(info.members.map((member) => readMember(parts, member, clock))),
    readEndpoints(parts, clock),
    readProxies(parts, clock),
    readVip(parts, clock),
  ]);
  // After the reads, whose answers carry it.
  const term = parts.etcd?.term?.();
  return {
    cluster: info,
    startedAtMs,
    dcs,
    members,
    etcd,
    ...(term ? { etcdTerm: term } : {}),
    proxies,
    ...(vip ? { vip } : {}),
  };
}

/** Who holds the virtual address, bounded; `undefined` where there is none. */
export async function readVip(parts: ClusterParts, clock: Clock): Promise<Snapshot['vip']> {
  const holders = await vipHolders(parts, clock);
  return parts.vip && holders ? { address: parts.vip.address, holders } : undefined;
}

/** The DCS of one cluster, bounded. */
export async function readDcs({ etcd }: ClusterParts, clock: Clock): Promise<Reading<Dcs>> {
  if (!etcd) return notRead(clock, 'etcd', 'this cluster has no DCS');
  return bounded(clock, 'etcd', () => etcd.dcs());
}

async function readEndpoints({ etcd }: ClusterParts, clock: Clock): Promise<readonly EtcdEndpoint[]> {
  if (!etcd) return [];
  return orElse(
    clock,
    () => etcd.endpoints(),
    (why) => etcd.names.map((endpoint) => ({ endpoint, health: notRead(clock, endpoint, why) })),
  );
}

/** What each HAProxy sees, bounded. */
export async function readProxies({ proxies }: ClusterParts, clock: Clock): Promise<readonly ProxyReadings[]> {
  if (!proxies) return [];
  return orElse(
    clock,
    () => proxies.read(),
    (why) => proxies.names.map((name) => ({ name, stats: notRead(clock, `HAProxy on ${name}`, why) })),
  );
}
