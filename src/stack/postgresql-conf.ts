/** Renders a drop-in for postgresql.conf of a plain PostgreSQL that can be either end of streaming replication, and be rewound. */
export function postgresqlConf({ listenAddresses }: { readonly listenAddresses: readonly string[] }): string {
  return `listen_addresses = '${listenAddresses.join(',')}'
password_encryption = 'scram-sha-256'
wal_level = replica
wal_log_hints = on
hot_standby = on
max_wal_senders = 10
max_replication_slots = 10
wal_keep_size = '128MB'
max_slot_wal_keep_size = '4GB'
`;
}
