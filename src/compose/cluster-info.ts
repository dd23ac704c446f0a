import type { ClusterConfig } from '../config/schema.ts';
import type { ClusterInfo } from '../core/cluster.ts';
import { passfileOf } from '../hosts/standby-places.ts';
import { haproxySockets } from './haproxy-sockets.ts';

/** What may be shown of a cluster's configuration. */
export function infoOf(config: ClusterConfig): ClusterInfo {
  const { name, environment, mode, scope, members, patroni } = config;
  return {
    ...(config.probe ? { probesWrites: true } : {}),
    ...(haproxySockets(config).length > 0 ? { tellsProxies: true } : {}),
    name,
    environment,
    mode,
    scope: scope ?? name,
    ...(patroni.joins ? { joinsAs: patroni.joins.replication.username } : {}),
    // A rendered patroni.yml does not hold it: the new member could not be reached.
    ...(patroni.tls ? { joinsByHand: "Patroni's REST API wants TLS" } : {}),
    members: members.map(({ name: member, host, site, postgresPort, dataDirectory }) => ({
      ...{ name: member, host },
      ...(site ? { site } : {}),
      ...(postgresPort === 5432 ? {} : { port: postgresPort }),
      passfile: passfileOf({ dataDirectory }),
    })),
  };
}
