/**
 * What stands in the way of a quick, clean shutdown, as one JSON value; PostgreSQL 12 to 18. The progress function is asked for a command
 * that the release knows, as 12 has no base backup in it. Ages are in ms; settings are in the units of pg_settings. Our own sessions are
 * left out. pgBackRest's backup is an ordinary session that names itself.
 */
export const activityQuery = `
WITH clients AS MATERIALIZED (
  SELECT * FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename IS DISTINCT FROM current_user
), known_settings AS MATERIALIZED (
  SELECT name, setting, pending_restart FROM pg_settings
)
SELECT json_build_object(
  'longTransactions', (
    SELECT coalesce(json_agg(json_build_object(
      'pid', t.pid, 'user', coalesce(t.usename, ''), 'application', coalesce(t.application_name, ''),
      'ageMs', floor(t.age * 1000), 'state', coalesce(t.state, ''))), '[]')
    FROM (SELECT *, extract(epoch FROM clock_timestamp() - xact_start) AS age FROM clients
          WHERE xact_start < clock_timestamp() - interval '1 second' ORDER BY xact_start LIMIT 20) t),
  'preparedTransactions', (SELECT count(*) FROM pg_prepared_xacts),
  'oldestPreparedMs', (SELECT floor(extract(epoch FROM clock_timestamp() - min(prepared)) * 1000) FROM pg_prepared_xacts),
  'baseBackups', (
    SELECT coalesce(json_agg(json_build_object(
      'pid', b.pid, 'phase', b.phase, 'address', host(a.client_addr), 'totalBytes', b.total, 'streamedBytes', b.streamed,
      'ageMs', floor(extract(epoch FROM clock_timestamp() - a.backend_start) * 1000))), '[]') FROM (
      SELECT pid, CASE WHEN param2 >= 0 THEN param2 END AS total, param3 AS streamed, CASE param1 WHEN 1 THEN 'waiting for checkpoint to finish' WHEN 2 THEN 'estimating backup size'
        WHEN 3 THEN 'streaming database files' WHEN 4 THEN 'waiting for wal archiving to finish'
        WHEN 5 THEN 'transferring wal files' ELSE 'initializing' END AS phase
      FROM pg_stat_get_progress_info(
        CASE WHEN current_setting('server_version_num')::int >= 130000 THEN 'BASEBACKUP' ELSE 'VACUUM' END)
      WHERE current_setting('server_version_num')::int >= 130000
      UNION ALL
      SELECT pid, NULL, NULL, 'streaming database files' FROM pg_stat_replication
      WHERE state = 'backup' AND current_setting('server_version_num')::int < 130000
      UNION ALL
      SELECT pid, NULL, NULL, application_name FROM pg_stat_activity WHERE application_name LIKE 'pgBackRest [backup%') b
    LEFT JOIN pg_stat_activity a USING (pid)),
  'walSinceCheckpointBytes', (
    SELECT greatest((CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END) - redo_lsn, 0)
    FROM pg_control_checkpoint()),
  'readyWalFiles', (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'),
  'logicalSlots', (
    SELECT coalesce(json_agg(slot_name ORDER BY slot_name), '[]') FROM pg_replication_slots WHERE slot_type = 'logical' AND NOT temporary),
  'settings', (
    SELECT json_object_agg(name, setting) FROM known_settings WHERE name IN (
      'max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions', 'max_locks_per_transaction',
      'max_replication_slots', 'recovery_min_apply_delay')),
  'pendingSettings', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM known_settings WHERE pending_restart),
  'clientConnections', (SELECT count(*) FROM clients),
  'walSendersInUse', (SELECT count(*) FROM pg_stat_replication),
  'slotNames', (SELECT coalesce(json_agg(slot_name ORDER BY slot_name), '[]') FROM pg_replication_slots WHERE NOT temporary),
  'maintenance', (
    SELECT coalesce(json_agg(json_build_object('pid', m.pid, 'what', m.what, 'database', m.database) ORDER BY m.pid), '[]') FROM (
      SELECT pid, command AS what, datname AS database FROM pg_stat_progress_cluster
      UNION ALL
      SELECT pid, command, datname FROM pg_stat_progress_create_index
      UNION ALL
      SELECT DISTINCT c.pid, 'a table held exclusively', coalesce(c.datname, '') FROM pg_locks l JOIN clients c USING (pid)
      WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
        AND NOT EXISTS (SELECT FROM pg_stat_progress_cluster p WHERE p.pid = c.pid)
        AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.pid = c.pid)) m)
) AS answer`;
