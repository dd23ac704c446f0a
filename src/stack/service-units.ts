/** systemd drop-ins and the state of Debian's units on the hosts of a cluster. */

/** After etcd on the same host, and started again whenever it ends: a member whose Patroni is dead cannot be failed over to. */
export const patroniDropIn = `[Unit]
After=etcd.service

[Service]
Restart=always
RestartSec=3
`;

/** After HAProxy, so that the first check of it succeeds and the address is taken seconds earlier. */
export const keepalivedDropIn = `[Unit]
After=haproxy.service
`;

/** Services of each kind of host. What is `off` would fight with Patroni: it must be the only one to start PostgreSQL (Patroni's FAQ). */
export const serviceUnits = {
  member: { on: ['etcd.service', 'patroni.service'], off: ['postgresql.service'] },
  balancer: { on: ['haproxy.service', 'keepalived.service', 'pgbouncer.service'], off: [] },
  standalone: { on: ['postgresql.service'], off: ['patroni.service'] },
} as const;
