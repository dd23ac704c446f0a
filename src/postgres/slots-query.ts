/**
 * Every replication slot of one server with who uses it, as one JSON value; PostgreSQL 12 to 18. Whole rows become jsonb, so that a
 * column which a release lacks is absent and no error.
 */
export const slotsQuery = `
WITH head AS MATERIALIZED (
  SELECT CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END AS at
)
SELECT coalesce(json_agg(json_build_object(
  'name', s.slot_name, 'kind', s.slot_type, 'temporary', s.temporary, 'active', s.active, 'database', s.database, 'plugin', s.plugin,
  'restartLsn', s.restart_lsn::text, 'walStatus', to_jsonb(s) ->> 'wal_status',
  'retainedBytes', greatest(head.at - s.restart_lsn, 0), 'safeWalBytes', (to_jsonb(s) ->> 'safe_wal_size')::numeric,
  'xminAge', greatest(age(s.xmin), age(s.catalog_xmin)),
  'synced', coalesce((to_jsonb(s) ->> 'synced')::boolean, false), 'failover', coalesce((to_jsonb(s) ->> 'failover')::boolean, false),
  'inactiveMs', CASE WHEN NOT s.active THEN
    floor(extract(epoch FROM clock_timestamp() - (to_jsonb(s) ->> 'inactive_since')::timestamptz) * 1000) END,
  'user', (SELECT json_build_object('pid', a.pid, 'user', coalesce(a.usename, ''), 'application', coalesce(a.application_name, ''),
    'client', host(a.client_addr)) FROM pg_stat_activity a WHERE a.pid = s.active_pid)) ORDER BY s.slot_name), '[]') AS answer
FROM pg_replication_slots s CROSS JOIN head`;

/**
 * Where the server writes its log, as one JSON value: the settings, and the newest file of its collector, where there is one.
 * pg_monitor may list them, while pg_current_logfile() is only granted to it since PostgreSQL 16.
 */
export const logQuery = `
SELECT json_build_object(
  'collector', current_setting('logging_collector') = 'on',
  'destination', current_setting('log_destination'),
  'directory', current_setting('log_directory'),
  'file', CASE WHEN current_setting('logging_collector') = 'on' THEN (
    SELECT current_setting('log_directory') || '/' || name FROM pg_ls_logdir()
    WHERE name LIKE '%.log' OR name LIKE '%.csv' OR name LIKE '%.json' ORDER BY name LIKE '%.log' DESC, modification DESC, name DESC LIMIT 1) END
) AS answer`;
