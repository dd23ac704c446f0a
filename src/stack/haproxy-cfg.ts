export interface HaproxyCluster {
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly postgresPort: number;
  readonly restPort: number;
  readonly writePort: number;
  readonly readPort: number;
  readonly statsPort: number;
  /** Connections to each server, at most. */
  readonly maxConnections: number;
}

/**
 * Renders haproxy.cfg: one `listen` for the primary, one for replicas, each server's health asked of Patroni's REST API, where only
 * the wanted role answers 200 (rest_api.rst). A server that goes down takes its sessions with it, so that no client stays on an old
 * primary. No retries: while an old leader is down and its check does not say so yet, HAProxy would hold each new client for a second a
 * retry (the turn-around of `retries`, configuration manual), and not even an override of that server's health lets it go. Timeouts are
 * stated, as HAProxy's default is none.
 */
export function haproxyCfg(cluster: HaproxyCluster): string {
  return `global
  maxconn ${cluster.maxConnections * (cluster.members.length + 1)}
  user haproxy
  group haproxy
  stats socket /run/haproxy/admin.sock mode 660 level admin
  log /dev/log local0

defaults
  mode tcp
  log global
  option dontlognull
  option clitcpka
  option srvtcpka
  retries 0
  timeout connect 4s
  timeout check 3s
  timeout queue 5s
  timeout client 30m
  timeout server 30m

listen stats
  mode http
  bind *:${cluster.statsPort}
  stats enable
  stats uri /
  stats refresh 5s

${listen('primary', cluster.writePort, '/primary', 'first', cluster)}
${listen('replica', cluster.readPort, '/replica', 'roundrobin', cluster)}`;
}

function listen(name: string, port: number, path: string, balance: string, cluster: HaproxyCluster): string {
  const servers = cluster.members.map(
    (member) =>
      `  server ${member.name} ${member.address}:${cluster.postgresPort} maxconn ${cluster.maxConnections} check port ${cluster.restPort}\n`,
  );
  return `listen ${name}
  bind *:${port}
  balance ${balance}
  option httpchk OPTIONS ${path}
  http-check expect status 200
  default-server inter 1s fastinter 500ms downinter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('')}`;
}
