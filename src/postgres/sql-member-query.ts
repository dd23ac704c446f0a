/**
 * One row, one JSON value, on a primary or a standby of PostgreSQL 12 to 18. Whole rows become jsonb, so that a column which a release
 * lacks is absent and no error. WAL positions are bytes. A standby's timeline is the highest of what it receives, must replay to, and
 * has in its control file; a primary's is that of its current WAL file (its control file still holds the old one after a promotion).
 * What a standby surely replays is without what it receives, and may be one behind until its next restartpoint.
 */
export const sqlMemberQuery = `
WITH now AS MATERIALIZED (
  SELECT pg_is_in_recovery() AS recovering,
         CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END AS written,
         CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() END AS received,
         CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END AS replayed
), head AS MATERIALIZED (
  SELECT *, coalesce(written, greatest(received, replayed)) AS at FROM now
)
SELECT json_build_object(
  'inRecovery', head.recovering,
  'systemId', (SELECT system_identifier::text FROM pg_control_system()),
  'timeline', CASE WHEN head.recovering
    THEN greatest((SELECT received_tli FROM pg_stat_wal_receiver),
                  (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
                  (SELECT timeline_id FROM pg_control_checkpoint()))
    ELSE ('x' || substr(pg_walfile_name(head.written), 1, 8))::bit(32)::int END,
  'replayTimeline', CASE WHEN head.recovering
    THEN greatest((SELECT min_recovery_end_timeline FROM pg_control_recovery()), (SELECT timeline_id FROM pg_control_checkpoint())) END,
  'versionNum', current_setting('server_version_num')::int,
  'postmasterStartedAtMs', floor(extract(epoch FROM pg_postmaster_start_time()) * 1000),
  'clientConnections', (SELECT count(*) FROM pg_stat_activity a WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()),
  'lastReplayedAtMs', floor(extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000),
  'writeLsn', head.written - '0/0',
  'receiveLsn', head.received - '0/0',
  'replayLsn', head.replayed - '0/0',
  'replayPaused', CASE WHEN head.recovering THEN pg_is_wal_replay_paused() END,
  'walReceiver', (
    SELECT json_build_object('status', w.status, 'senderHost', w.sender_host, 'slot', w.slot_name, 'timeline', w.received_tli)
    FROM pg_stat_wal_receiver w WHERE w.status IS NOT NULL),
  'standbys', (
    SELECT coalesce(json_agg(json_build_object(
      'name', r.application_name, 'address', host(r.client_addr), 'state', r.state, 'syncState', r.sync_state,
      'sentLsn', r.sent_lsn - '0/0', 'writeLsn', r.write_lsn - '0/0', 'flushLsn', r.flush_lsn - '0/0', 'replayLsn', r.replay_lsn - '0/0',
      'writeLagMs', extract(epoch FROM r.write_lag) * 1000, 'flushLagMs', extract(epoch FROM r.flush_lag) * 1000,
      'replayLagMs', extract(epoch FROM r.replay_lag) * 1000) ORDER BY r.application_name), '[]')
    FROM pg_stat_replication r
    WHERE NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')),
  'slots', (
    SELECT coalesce(json_agg(json_build_object(
      'name', s.slot_name, 'kind', s.slot_type, 'active', s.active, 'retainedBytes', greatest(head.at - s.restart_lsn, 0),
      'walStatus', to_jsonb(s) ->> 'wal_status', 'safeWalBytes', (to_jsonb(s) ->> 'safe_wal_size')::numeric,
      'failover', (to_jsonb(s) ->> 'failover')::boolean, 'synced', (to_jsonb(s) ->> 'synced')::boolean) ORDER BY s.slot_name), '[]')
    FROM pg_replication_slots s),
  'archiver', CASE WHEN current_setting('archive_mode') <> 'off' THEN (
    SELECT json_build_object(
      'mode', current_setting('archive_mode'), 'archivedCount', a.archived_count, 'failedCount', a.failed_count,
      'lastArchivedAtMs', floor(extract(epoch FROM a.last_archived_time) * 1000),
      'lastFailedAtMs', floor(extract(epoch FROM a.last_failed_time) * 1000), 'lastFailedWal', a.last_failed_wal)
    FROM pg_stat_archiver a) END,
  'synchronousStandbyNames', current_setting('synchronous_standby_names')
) AS answer FROM head`;
