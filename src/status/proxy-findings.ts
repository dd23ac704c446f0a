import type { ProxyReadings } from '../core/cluster.ts';
import type { Facts } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';
import { joinNames } from './join-names.ts';
import { upServers } from './leader-evidence.ts';

/** Where HAProxy sends writes and reads, against who leads and who streams. */
export function proxyFindings(facts: Facts): readonly Finding[] {
  return [...facts.snapshot.proxies.flatMap((proxy) => [...writes(proxy, facts), ...reads(proxy, facts)]), ...leftOver(facts)];
}

function writes({ name, stats }: ProxyReadings, { evidence }: Facts): readonly Finding[] {
  if (!stats.ok) return [];
  const up = upServers(stats.value.primary);
  const [only] = up;
  if (only === undefined)
    return [
      about(
        name,
        finding('bad', 'proxy-without-primary', `${name} (HAProxy) has no server UP for writes: clients cannot write through it`),
      ),
    ];
  if (up.length > 1)
    return [about(name, finding('bad', 'proxy-two-primaries', `${name} (HAProxy) sends writes to ${joinNames(up)} at once`))];
  if (only === evidence.primary || evidence.primary === undefined) return [];
  return [
    about(
      name,
      finding(
        'bad',
        'proxy-routes-to-other',
        `${name} (HAProxy) sends writes to ${only}, but ${evidence.primary} is the primary`,
      ),
    ),
  ];
}

/** Without a primary to compare with, where writes go: one line for all proxies that agree. */
function leftOver({ snapshot, evidence }: Facts): readonly Finding[] {
  if (evidence.primary !== undefined) return [];
  const routes = new Map<string, string[]>();
  for (const { name, stats } of snapshot.proxies) {
    const up = stats.ok ? upServers(stats.value.primary) : [];
    const [only] = up;
    if (only !== undefined && up.length === 1) routes.set(only, [...(routes.get(only) ?? []), name]);
  }
  return [...routes].map(([member, names]) =>
    finding(
      'info',
      'proxy-writes-to',
      `${joinNames(names)} (HAProxy) ${names.length === 1 ? 'sends' : 'send'} writes to ${member} now`,
    ),
  );
}

function reads({ name, stats }: ProxyReadings, { lags }: Facts): readonly Finding[] {
  if (!stats.ok || stats.value.replicas.length === 0) return [];
  const up = upServers(stats.value.replicas);
  const left = stats.value.replicas.filter(
    ({ member }) => !up.includes(member) && lags.some((lag) => lag.name === member && lag.state === 'streaming'),
  );
  return left.map(({ member, status }) =>
    finding('warn', 'proxy-leaves-replica', `${name} (HAProxy) sends no reads to ${member} (${status}), though it streams`),
  );
}
