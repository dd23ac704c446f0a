export interface AccessRules {
  readonly roles: { readonly superuser: string; readonly replication: string; readonly rewind: string };
  /** IPv4 addresses of all members: each may replicate from and rewind against each, as roles swap. */
  readonly memberAddresses: readonly string[];
  /** Networks (CIDR) whose clients may log in. */
  readonly clientNetworks: readonly string[];
}

/**
 * Lines of pg_hba.conf, first match wins, scram everywhere but for the local superuser. Replication, rewind and the superuser come from
 * members only (Patroni makes a checkpoint as superuser before it rewinds); from the clients' networks these three are rejected.
 */
export function pgHba({ roles, memberAddresses, clientNetworks }: AccessRules): readonly string[] {
  const { superuser, replication, rewind } = roles;
  const members = memberAddresses.map((address) => `${address}/32`);
  return [
    `local all ${superuser} peer`,
    'local all all scram-sha-256',
    'host all all 127.0.0.1/32 scram-sha-256',
    `host replication ${replication} 127.0.0.1/32 scram-sha-256`,
    ...members.map((from) => `host replication ${replication} ${from} scram-sha-256`),
    ...members.map((from) => `host all ${rewind},${superuser} ${from} scram-sha-256`),
    ...clientNetworks.flatMap((from) => [
      `host all ${superuser},${replication},${rewind} ${from} reject`,
      `host all all ${from} scram-sha-256`,
    ]),
  ];
}
