import type { EtcdEndpoint, ProxyReadings, ProxyServer } from '../core/cluster.ts';
import type { Part } from '../core/message.ts';
import { formatBytes } from '../core/units.ts';
import type { Facts } from './facts.ts';

/** etcd's members, Patroni's timing, and the servers as every HAProxy sees them. */
export function platformLines({ snapshot, dcs, patroni }: Facts): readonly Part[] {
  return [
    ...(patroni ? snapshot.etcd.map(etcdLine) : []),
    ...(dcs
      ? [
          fact(
            `Patroni: ttl ${dcs.config.ttlS} s, loop_wait ${dcs.config.loopWaitS} s, retry_timeout ${dcs.config.retryTimeoutS} s, maximum_lag_on_failover ${formatBytes(dcs.config.maximumLagOnFailoverBytes)}, failsafe_mode ${dcs.config.failsafeMode ? 'on' : 'off'} (config key in etcd, revision ${dcs.revision})`,
          ),
        ]
      : []),
    ...snapshot.proxies.flatMap(proxyLines),
  ];
}

function etcdLine({ endpoint, health }: EtcdEndpoint): Part {
  if (!health.ok) return { sign: 'unknown', ...fact(`etcd ${endpoint}: not read: ${health.why}`) };
  const { version, isLeader, hasLeader, dbBytes, alarms } = health.value;
  const role = isLeader ? 'leader' : hasLeader ? 'follower' : 'without a leader';
  const alarm = alarms.length === 0 ? 'no alarm' : `alarm ${alarms.join(', ')}`;
  return fact(`etcd ${endpoint}: ${version}, ${role}, ${formatBytes(dbBytes)}, ${alarm} (${health.source})`);
}

function proxyLines({ name, stats }: ProxyReadings): readonly Part[] {
  if (!stats.ok) return [{ sign: 'unknown', ...fact(`${name} (HAProxy): not read: ${stats.why}`) }];
  const { primary, replicas } = stats.value;
  return [
    fact(`${name} (HAProxy), writes: ${servers(primary)} (${stats.source})`),
    ...(replicas.length === 0 ? [] : [fact(`${name} (HAProxy), reads: ${servers(replicas)} (${stats.source})`)]),
  ];
}

function servers(list: readonly ProxyServer[]): string {
  return list
    .map(({ member, status, sessions }) => `${member} ${status}, ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`)
    .join('; ');
}

function fact(line: string): { readonly line: string; readonly indent: 1 } {
  return { line, indent: 1 };
}
