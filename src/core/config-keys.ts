/** What a setting of the dynamic configuration may be; bounds are in the base unit of `base`. */
export type ConfigType =
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'number'; readonly base: BaseUnit; readonly min: number; readonly max: number; readonly real?: true };

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
const real = (min: number, max: number): ConfigType => ({ kind: 'number', base: '', min, max, real: true });

/** Patroni docs/dynamic_configuration.rst; minimums of ttl, loop_wait and retry_timeout as Patroni enforces them since 3.2. */
const PATRONI: readonly Row[] = [
  ['ttl', number('s', 20, 3600), 'admin'],
  ['loop_wait', number('s', 2, 300), 'admin'],
  ['retry_timeout', number('s', 3, 300), 'admin'],
  ['maximum_lag_on_failover', number('B', 0, 2 ** 40)],
  ['maximum_lag_on_syncnode', number('B', -1, 2 ** 40)],
  ['check_timeline', flag, 'admin'],
  ['primary_start_timeout', number('s', 0, 86_400), 'admin'],
  ['primary_stop_timeout', number('s', 0, 86_400), 'admin'],
  ['failsafe_mode', flag, 'admin'],
  ['synchronous_mode', choice('off', 'on', 'quorum'), 'admin'],
  ['synchronous_mode_strict', flag, 'admin'],
  ['synchronous_node_count', number('', 1, 10), 'admin'],
];

const POSTGRESQL: readonly Row[] = [['use_pg_rewind', flag, 'admin']];

/** Settings with context sighup, user or superuser (PostgreSQL docs, runtime-config; pg_settings.context), with their limits there. */
const RELOADED: readonly Row[] = [
  ['autovacuum_analyze_scale_factor', real(0, 100)],
  ['autovacuum_analyze_threshold', number('', 0, KIB_MAX)],
  ['autovacuum_naptime', number('s', 1, 2_147_483)],
  ['autovacuum_vacuum_cost_delay', { kind: 'number', base: 'ms', min: -1, max: 100, real: true }],
  ['autovacuum_vacuum_cost_limit', number('', -1, 10_000)],
  ['autovacuum_vacuum_scale_factor', real(0, 100)],
  ['autovacuum_vacuum_threshold', number('', 0, KIB_MAX)],
  ['autovacuum_work_mem', number('kB', -1, KIB_MAX)],
  ['checkpoint_completion_target', real(0, 1)],
  ['checkpoint_timeout', number('s', 30, 86_400)],
  ['deadlock_timeout', number('ms', 1, KIB_MAX)],
  ['default_statistics_target', number('', 1, 10_000)],
  ['effective_cache_size', number('8kB', 1, KIB_MAX)],
  ['effective_io_concurrency', number('', 0, 1000)],
  ['hot_standby_feedback', flag],
  ['idle_in_transaction_session_timeout', number('ms', 0, KIB_MAX)],
  ['log_autovacuum_min_duration', number('ms', -1, KIB_MAX)],
  ['log_checkpoints', flag],
  ['log_lock_waits', flag],
  ['log_min_duration_statement', number('ms', -1, KIB_MAX)],
  ['log_temp_files', number('kB', -1, KIB_MAX)],
  ['maintenance_work_mem', number('kB', 1024, KIB_MAX)],
  ['max_parallel_maintenance_workers', number('', 0, 1024)],
  ['max_parallel_workers', number('', 0, 1024)],
  ['max_parallel_workers_per_gather', number('', 0, 1024)],
  ['max_slot_wal_keep_size', number('MB', -1, KIB_MAX), 'admin'],
  ['max_standby_archive_delay', number('ms', -1, KIB_MAX)],
  ['max_standby_streaming_delay', number('ms', -1, KIB_MAX)],
  ['max_wal_size', number('MB', 64, KIB_MAX)],
  ['min_wal_size', number('MB', 64, KIB_MAX)],
  ['random_page_cost', real(0, 1000)],
  ['track_io_timing', flag],
  ['wal_keep_size', number('MB', 16, KIB_MAX)],
  ['wal_receiver_timeout', number('ms', 0, KIB_MAX), 'admin'],
  ['wal_sender_timeout', number('ms', 0, KIB_MAX), 'admin'],
  ['work_mem', number('kB', 64, KIB_MAX)],
];

/** Settings with context postmaster; minimums as Patroni enforces them (patroni/postgresql/config.py, CMDLINE_OPTIONS). */
const RESTARTED: readonly Row[] = [
  ['max_connections', number('', 25, 262_143), 'admin'],
  ['max_locks_per_transaction', number('', 32, KIB_MAX), 'admin'],
  ['max_prepared_transactions', number('', 0, 262_143), 'admin'],
  ['max_replication_slots', number('', 4, 262_143), 'admin'],
  ['max_wal_senders', number('', 3, 262_143), 'admin'],
  ['max_worker_processes', number('', 2, 262_143), 'admin'],
  ['shared_buffers', number('8kB', 16, KIB_MAX / 2), 'admin'],
  ['track_activity_query_size', number('B', 100, 1_048_576)],
  ['wal_buffers', number('8kB', -1, 262_143), 'admin'],
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
