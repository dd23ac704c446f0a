import type { ClusterConfig, Config } from '../config/schema.ts';
import type { ClusterInfo } from '../core/cluster.ts';
import { haproxySockets } from './haproxy-sockets.ts';

/** What may be shown of a cluster's configuration. */
export function infoOf(all: Pick<Config, 'etcds'>, config: ClusterConfig): ClusterInfo {
  const { name, environment, mode, scope, members, patroni } = config;
  const byHand = joinsByHand(all, config);
  return {
    ...(config.probe ? { probesWrites: true } : {}),
    ...(haproxySockets(config).length > 0 ? { tellsProxies: true } : {}),
    name,
    environment,
    mode,
    scope: scope ?? name,
    ...(patroni.joins ? { joinsAs: patroni.joins.replication.username } : {}),
    ...(byHand === undefined ? {} : { joinsByHand: byHand }),
    members: members.map(({ name: member, host, site, postgresPort }) => ({
      ...{ name: member, host },
      ...(site ? { site } : {}),
      ...(postgresPort === 5432 ? {} : { port: postgresPort }),
    })),
  };
}

/** What a rendered patroni.yml does not hold: a new member would reach neither etcd nor be reached itself. */
function joinsByHand({ etcds }: Pick<Config, 'etcds'>, { etcd, patroni }: ClusterConfig): string | undefined {
  const dcs = etcds.find(({ name }) => name === etcd);
  if (dcs?.endpoints.some((endpoint) => endpoint.startsWith('https:'))) return 'etcd wants TLS';
  if (dcs?.username !== undefined) return 'etcd wants a login';
  return patroni.tls ? "Patroni's REST API wants TLS" : undefined;
}
