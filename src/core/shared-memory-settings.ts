/**
 * The settings that size shared memory, with what Patroni uses where the DCS sets none (patroni/postgresql/config.py,
 * CMDLINE_OPTIONS). On a standby none may be lower than on its primary (PostgreSQL docs, hot-standby, Administrator's Overview).
 */
export const SHARED_MEMORY_SETTINGS: Readonly<Record<string, number>> = {
  max_connections: 100,
  max_worker_processes: 8,
  max_wal_senders: 10,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
};
