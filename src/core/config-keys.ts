/** What a setting of the dynamic configuration may be; bounds are in the base unit of `base`. */
export type ConfigType =
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | {
      readonly kind: 'number';
      readonly base: BaseUnit;
      readonly min: number;
      readonly max: number;
      readonly real?: true;
      /** One more number, outside of the bounds, that turns it off or leaves it to another setting. */
      readonly also?: number;
    };

/** The unit of a bare number: of PostgreSQL's setting (pg_settings.unit), or of Patroni's; `''` where there is none. */
export type BaseUnit = '' | 'B' | 'kB' | '8kB' | 'MB' | 'ms' | 's' | 'min';

/** One setting that may be changed from chat. */
export interface ConfigKey {
  readonly name: string;
  /** Where it stands in the dynamic configuration. */
  readonly in: 'patroni' | 'postgresql' | 'parameters';
  readonly type: ConfigType;
  /** When it takes effect: Patroni reads its own in its next loop; PostgreSQL's after a reload, which Patroni does, or a restart. */
  readonly takes: 'patroni' | 'reload' | 'restart';
  /** Who may change it: whoever may ask for changes, or those who may administer the cluster. */
  readonly who: 'operator' | 'admin';
}

type Row = readonly [name: string, type: ConfigType, who?: 'admin'];

const KIB_MAX = 2 ** 31 - 1;
const flag: ConfigType = { kind: 'flag' };
const choice = (...of: readonly string[]): ConfigType => ({ kind: 'choice', of });
const number = (base: BaseUnit, min: number, max: number): ConfigType => ({ kind: 'number', base, min, max });
const orElse = (also: number, base: BaseUnit, min: number, max: number): ConfigType => ({ kind: 'number', base, min, max, also });
const real = (min: number, max: number): ConfigType => ({ kind: 'number', base: '', min, max, real: true });
const GIB = { inKib: 2 ** 20, inMib: 2 ** 10, in8Kib: 2 ** 17 };

/**
 * Patroni docs/dynamic_configuration.rst; minimums of ttl, loop_wait and retry_timeout as Patroni enforces them since 3.2. A dead leader is
 * noticed after ttl. What a replica lags is compared with the leader's place of up to loop_wait ago, so that with no lag allowed nobody leads.
 */
const PATRONI: readonly Row[] = [
  ['ttl', number('s', 20, 300), 'admin'],
  ['loop_wait', number('s', 2, 60), 'admin'],
  ['retry_timeout', number('s', 3, 120), 'admin'],
  ['maximum_lag_on_failover', number('B', 2 ** 16, 2 ** 30)],
  ['maximum_lag_on_syncnode', orElse(-1, 'B', 2 ** 16, 2 ** 40)],
  ['check_timeline', flag, 'admin'],
  ['primary_start_timeout', number('s', 0, 3600), 'admin'],
  ['primary_stop_timeout', number('s', 0, 3600), 'admin'],
  ['failsafe_mode', flag, 'admin'],
  ['synchronous_mode', choice('off', 'on', 'quorum'), 'admin'],
  ['synchronous_mode_strict', flag, 'admin'],
  ['synchronous_node_count', number('', 1, 10), 'admin'],
];

const POSTGRESQL: readonly Row[] = [['use_pg_rewind', flag, 'admin']];

/**
 * Settings with context sighup, user or superuser (PostgreSQL docs, runtime-config; pg_settings.context). The bounds are ours, narrower than
 * PostgreSQL's, as one typing error holds for every member at once: nothing in them ends sessions or replication by its shortness, stops
 * autovacuum, logs every statement, or takes more memory or disk than hosts have.
 */
const RELOADED: readonly Row[] = [
  ['autovacuum_analyze_scale_factor', real(0, 1)],
  ['autovacuum_analyze_threshold', number('', 10, 10 ** 8)],
  ['autovacuum_naptime', number('s', 5, 3600)],
  ['autovacuum_vacuum_cost_delay', { kind: 'number', base: 'ms', min: 0, max: 20, real: true, also: -1 }],
  ['autovacuum_vacuum_cost_limit', orElse(-1, '', 100, 10_000)],
  ['autovacuum_vacuum_scale_factor', real(0, 1)],
  ['autovacuum_vacuum_threshold', number('', 10, 10 ** 8)],
  ['autovacuum_work_mem', orElse(-1, 'kB', 1024, 64 * GIB.inKib)],
  ['checkpoint_completion_target', real(0.1, 1)],
  ['checkpoint_timeout', number('s', 30, 3600)],
  ['deadlock_timeout', number('ms', 100, 300_000)],
  ['default_statistics_target', number('', 10, 10_000)],
  ['effective_cache_size', number('8kB', 1, KIB_MAX)],
  ['effective_io_concurrency', number('', 0, 1000)],
  ['hot_standby_feedback', flag],
  ['idle_in_transaction_session_timeout', orElse(0, 'ms', 10_000, KIB_MAX)],
  ['log_autovacuum_min_duration', number('ms', -1, KIB_MAX)],
  ['log_checkpoints', flag],
  ['log_lock_waits', flag],
  ['log_min_duration_statement', orElse(-1, 'ms', 10, KIB_MAX)],
  ['log_temp_files', number('kB', -1, KIB_MAX)],
  ['maintenance_work_mem', number('kB', 1024, 64 * GIB.inKib)],
  ['max_parallel_maintenance_workers', number('', 0, 64)],
  ['max_parallel_workers', number('', 0, 1024)],
  ['max_parallel_workers_per_gather', number('', 0, 64)],
  ['max_slot_wal_keep_size', orElse(-1, 'MB', 256, KIB_MAX), 'admin'],
  ['max_standby_archive_delay', number('ms', -1, KIB_MAX)],
  ['max_standby_streaming_delay', number('ms', -1, KIB_MAX)],
  ['max_wal_size', number('MB', 256, 1024 * GIB.inMib)],
  ['min_wal_size', number('MB', 64, 1024 * GIB.inMib)],
  ['random_page_cost', real(0.1, 100)],
  ['track_io_timing', flag],
  ['wal_keep_size', number('MB', 16, 1024 * GIB.inMib)],
  ['wal_receiver_timeout', orElse(0, 'ms', 5000, 3_600_000), 'admin'],
  ['wal_sender_timeout', orElse(0, 'ms', 5000, 3_600_000), 'admin'],
  ['work_mem', number('kB', 1024, 4 * GIB.inKib)],
];

/**
 * Settings with context postmaster; minimums at least as Patroni enforces them (patroni/postgresql/config.py, CMDLINE_OPTIONS). A server that
 * can't have the memory that they ask for does not start.
 */
const RESTARTED: readonly Row[] = [
  ['max_connections', number('', 25, 10_000), 'admin'],
  ['max_locks_per_transaction', number('', 32, 16_384), 'admin'],
  ['max_prepared_transactions', number('', 0, 10_000), 'admin'],
  ['max_replication_slots', number('', 4, 1000), 'admin'],
  ['max_wal_senders', number('', 3, 1000), 'admin'],
  ['max_worker_processes', number('', 2, 1024), 'admin'],
  ['shared_buffers', number('8kB', GIB.in8Kib / 16, 1024 * GIB.in8Kib), 'admin'],
  ['track_activity_query_size', number('B', 100, 131_072)],
  ['wal_buffers', orElse(-1, '8kB', 8, GIB.in8Kib), 'admin'],
];

const rows = (all: readonly Row[], where: ConfigKey['in'], takes: ConfigKey['takes']): readonly ConfigKey[] =>
  all.map(([name, type, who]): ConfigKey => ({ name, in: where, type, takes, who: who ?? 'operator' }));

/** The closed list: nothing in it is a command, a library, a path, HBA, authentication or a connection string. */
export const CONFIG_KEYS: ReadonlyMap<string, ConfigKey> = new Map(
  [
    ...rows(PATRONI, 'patroni', 'patroni'),
    ...rows(POSTGRESQL, 'postgresql', 'patroni'),
    ...rows(RELOADED, 'parameters', 'reload'),
    ...rows(RESTARTED, 'parameters', 'restart'),
  ].map((key) => [key.name, key]),
);

/** A standby must have them at least as high as its primary (PostgreSQL docs, hot-standby, Administrator's Overview). */
export const HOT_STANDBY_KEYS: readonly string[] = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
];

/** With less of these, a copy that goes on loses the WAL that it needs, or its connection. */
export const COPY_KEYS: readonly string[] = [
  'max_slot_wal_keep_size',
  'wal_keep_size',
  'wal_sender_timeout',
  'wal_receiver_timeout',
];
