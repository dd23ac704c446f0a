import { z } from 'zod';

/**
 * What a server says of itself as the source of a copy, as one JSON value; PostgreSQL 12 to 18, for a login with pg_monitor. How much WAL
 * is written is told by the WAL files that are kept: from the end of the newest one that is older than ten minutes, or else of the
 * oldest, to the position of now. Names of files that are made ahead of it are left out.
 */
export const copySourceQuery = `
WITH now AS MATERIALIZED (
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS at,
         (SELECT setting::bigint * CASE unit WHEN '8kB' THEN 8192 ELSE 1 END FROM pg_settings WHERE name = 'wal_segment_size') AS seg
), files AS MATERIALIZED (
  SELECT ((('x' || substr(w.name, 9, 8))::bit(32)::bigint * (4294967296 / now.seg)
          + ('x' || substr(w.name, 17, 8))::bit(32)::bigint + 1) * now.seg) AS ends, w.modification, w.size
  FROM pg_ls_waldir() w, now WHERE w.name ~ '^[0-9A-F]{24}$'
), past AS MATERIALIZED (
  SELECT f.ends, f.modification FROM files f, now WHERE f.ends <= now.at - '0/0'
), base AS (
  SELECT ends, modification FROM past
  ORDER BY (modification > now() - interval '10 minutes'),
    CASE WHEN modification <= now() - interval '10 minutes' THEN -ends ELSE ends END LIMIT 1
)
SELECT json_build_object(
  'bytes', (SELECT sum(pg_tablespace_size(oid)) FROM pg_tablespace),
  'tablespaces', (
    SELECT coalesce(json_agg(json_build_object('name', spcname, 'location', pg_tablespace_location(oid), 'bytes', pg_tablespace_size(oid))
      ORDER BY spcname), '[]')
    FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')),
  'wal', (SELECT json_build_object('bytes', (now.at - '0/0') - base.ends,
    'seconds', greatest(extract(epoch FROM now() - base.modification), 1)) FROM base, now),
  'walBytesKept', (SELECT coalesce(sum(size), 0) FROM files),
  'settings', (
    SELECT json_object_agg(name, setting) FROM pg_settings WHERE name IN (
      'wal_level', 'max_wal_senders', 'max_replication_slots', 'max_slot_wal_keep_size', 'port', 'listen_addresses', 'hot_standby',
      'max_connections', 'max_worker_processes', 'max_prepared_transactions', 'max_locks_per_transaction', 'lc_collate', 'full_page_writes')),
  'slots', (SELECT coalesce(json_agg(json_build_object('name', slot_name, 'active', active) ORDER BY slot_name), '[]') FROM pg_replication_slots),
  'walSendersInUse', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender')
) AS answer`;

/** Copies that go on now; PostgreSQL 13 to 18. The phases are those of pg_stat_progress_basebackup (monitoring.sgml). */
export const copyProgressQuery = `
SELECT coalesce(json_agg(json_build_object('pid', b.pid, 'user', coalesce(a.usename, ''), 'phase', b.phase,
  'totalBytes', b.backup_total, 'streamedBytes', b.backup_streamed,
  'ageMs', floor(extract(epoch FROM clock_timestamp() - a.backend_start) * 1000)) ORDER BY b.pid), '[]') AS answer
FROM pg_stat_progress_basebackup b LEFT JOIN pg_stat_activity a USING (pid)`;

export const CopySourceAnswer = z.object({
  bytes: z.number(),
  tablespaces: z.array(z.object({ name: z.string(), location: z.string(), bytes: z.number() })),
  wal: z.object({ bytes: z.number(), seconds: z.number() }).exactOptional(),
  walBytesKept: z.number(),
  settings: z.record(z.string(), z.string()),
  slots: z.array(z.object({ name: z.string(), active: z.boolean() })),
  walSendersInUse: z.number(),
});

export const CopyProgressAnswer = z.array(
  z.object({
    pid: z.number(),
    user: z.string(),
    phase: z.string(),
    totalBytes: z.number().exactOptional(),
    streamedBytes: z.number(),
    ageMs: z.number().exactOptional(),
  }),
);
