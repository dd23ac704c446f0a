import type { MemberReadings, ProxyReadings, ProxyServer } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Lingering } from '../core/lingering.ts';
import type { BareScene } from './scene.ts';

const soft = { hard: false };

/** What stands between clients and the leader: each HAProxy sends writes to the leader alone and can check the candidate. */
export function routingChecks(
  { leader, facts: { snapshot, lingering } }: BareScene,
  candidate: MemberReadings,
): readonly Check[] {
  const { proxies } = snapshot;
  return [
    ...(proxies.length > 0
      ? [someProxy(proxies), ...proxies.flatMap((proxy) => ofProxy(proxy, leader.name, candidate.name))]
      : []),
    ...lingering.map(sessions),
    ...(snapshot.vip ? [vip(snapshot.vip)] : []),
  ];
}

function someProxy(proxies: readonly ProxyReadings[]): Check {
  const silent = proxies.filter(({ stats }) => !stats.ok).map(({ name }) => name);
  if (silent.length === proxies.length)
    return blocked(
      'proxies',
      `no HAProxy answers (${silent.join(', ')})`,
      'Clients cannot follow the leader. See to HAProxy first.',
      soft,
    );
  return silent.length > 0
    ? warned('proxies', `${silent.join(', ')} does not answer`, 'What it would do with writes is not known.')
    : passed('proxies', `${proxies.length === 1 ? 'HAProxy answers' : `all ${proxies.length} HAProxy answer`}`);
}

function ofProxy({ name, stats }: ProxyReadings, leader: string, candidate: string): readonly Check[] {
  if (!stats.ok) return [];
  return [writes(name, stats.value.primary, leader), sees(name, stats.value.replicas, candidate)];
}

function writes(proxy: string, servers: readonly ProxyServer[], leader: string): Check {
  const id = `proxy-${proxy}-writes`;
  const up = servers.filter(isUp).map(({ member }) => member);
  if (up.length === 1 && up[0] === leader) return passed(id, `${proxy} sends writes to ${leader} alone`);
  return blocked(
    id,
    `${proxy} sends writes to ${up.length === 0 ? 'nobody' : up.join(' and ')}, not to ${leader} alone`,
    'Find out why first.',
    soft,
  );
}

/** A replica's check that fails for the network's sake would leave clients without a primary after the switchover. */
function sees(proxy: string, servers: readonly ProxyServer[], candidate: string): Check {
  const id = `proxy-${proxy}-candidate`;
  const server = servers.find(({ member }) => member === candidate);
  if (!server)
    return warned(id, `${proxy} has no replica server ${candidate}, so its check cannot be seen`, 'Look at its configuration.');
  return isUp(server)
    ? passed(id, `${proxy} reaches the health check of ${candidate}`)
    : blocked(
        id,
        `${proxy} says that ${candidate} is ${server.status}`,
        'After the switchover it might not send clients there.',
        soft,
      );
}

/** By default HAProxy leaves sessions on a server that it marks down: clients would stay on the old primary, which is a standby by then. */
function sessions({ proxy, servers }: Lingering): Check {
  const id = `proxy-${proxy}-sessions`;
  if (!servers.ok)
    return warned(id, `whether ${proxy} ends sessions on the old primary could not be read: ${servers.why}`, 'Look by hand.');
  return servers.value.length === 0
    ? passed(id, `${proxy} ends the sessions on a server that it marks down`)
    : warned(
        id,
        `${proxy} leaves sessions on ${servers.value.join(', ')} when it marks them down, so clients may stay on the old primary`,
        'Add `on-marked-down shutdown-sessions` to their servers in haproxy.cfg.',
      );
}

function vip({ address, holders }: NonNullable<BareScene['facts']['snapshot']['vip']>): Check {
  if (!holders.ok) return warned('vip', `who holds the VIP ${address} could not be read: ${holders.why}`, 'Look by hand.');
  const names = holders.value;
  if (names.length === 1) return passed('vip', `${names[0]} alone holds the VIP ${address}`);
  const says = names.length === 0 ? `nobody holds the VIP ${address}` : `${names.join(' and ')} hold the VIP ${address} at once`;
  return blocked('vip', says, 'See to Keepalived first.', soft);
}

const isUp = ({ status }: ProxyServer): boolean => status.startsWith('UP');
