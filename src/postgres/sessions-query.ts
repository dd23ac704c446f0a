/**
 * What the sessions of one server do, as one JSON value; PostgreSQL 12 to 18. pg_blocking_pids is asked only of those that wait for a
 * lock, as it holds the lock manager up. Our own sessions are left out unless they block. Ages are in ms.
 */
export const sessionsQuery = `
WITH all_of AS MATERIALIZED (
  SELECT *, extract(epoch FROM clock_timestamp() - xact_start) * 1000 AS xact_ms,
    extract(epoch FROM clock_timestamp() - state_change) * 1000 AS state_ms
  FROM pg_stat_activity WHERE pid <> pg_backend_pid()
), waits AS MATERIALIZED (
  SELECT pid, pg_blocking_pids(pid) AS by FROM all_of WHERE wait_event_type = 'Lock'
), blockers AS MATERIALIZED (
  SELECT DISTINCT unnest(by) AS pid FROM waits
), clients AS MATERIALIZED (
  SELECT * FROM all_of WHERE backend_type = 'client backend' AND usename IS DISTINCT FROM current_user
), shown AS MATERIALIZED (
  SELECT a.*, coalesce(w.by, '{}') AS by, b.pid IS NOT NULL AS blocks
  FROM all_of a LEFT JOIN waits w USING (pid) LEFT JOIN blockers b USING (pid)
  WHERE b.pid IS NOT NULL OR (a.pid IN (SELECT pid FROM clients) AND (w.by <> '{}' OR a.xact_ms > 1000))
  ORDER BY b.pid IS NULL, a.xact_start NULLS LAST LIMIT 100
)
SELECT json_build_object(
  'inRecovery', pg_is_in_recovery(),
  'counts', (SELECT json_build_object(
    'clients', count(*), 'active', count(*) FILTER (WHERE state = 'active'),
    'idleInTransaction', count(*) FILTER (WHERE state LIKE 'idle in transaction%'),
    'max', current_setting('max_connections')::int) FROM clients),
  'shown', (SELECT coalesce(json_agg(json_build_object(
    'pid', pid, 'kind', coalesce(backend_type, ''), 'user', coalesce(usename, ''), 'application', coalesce(application_name, ''),
    'database', coalesce(datname, ''), 'client', host(client_addr), 'state', coalesce(state, ''),
    'transactionMs', floor(greatest(xact_ms, 0)), 'stateMs', floor(greatest(state_ms, 0)),
    'wait', wait_event_type || ': ' || wait_event, 'query', left(coalesce(query, ''), 2000), 'blockedBy', to_json(by))
    ORDER BY xact_start NULLS LAST, pid), '[]') FROM shown),
  'prepared', (SELECT coalesce(json_agg(json_build_object(
    'gid', gid, 'owner', owner, 'database', database, 'ageMs', floor(extract(epoch FROM clock_timestamp() - prepared) * 1000))), '[]')
    FROM (SELECT * FROM pg_prepared_xacts ORDER BY prepared LIMIT 20) p),
  'preparedCount', (SELECT count(*) FROM pg_prepared_xacts),
  'wraparoundVacuums', (SELECT coalesce(json_agg(json_build_object(
    'pid', pid, 'database', coalesce(datname, ''), 'what', left(query, 200), 'ageMs', floor(greatest(xact_ms, 0))) ORDER BY xact_start), '[]')
    FROM all_of WHERE backend_type = 'autovacuum worker' AND query LIKE '%(to prevent wraparound)%'),
  'oldestXid', (SELECT json_build_object('database', datname, 'age', age(datfrozenxid))
    FROM pg_database ORDER BY age(datfrozenxid) DESC LIMIT 1),
  'freezeMaxAge', current_setting('autovacuum_freeze_max_age')::int,
  'backups', (SELECT coalesce(json_agg(json_build_object('pid', b.pid, 'phase', b.phase, 'totalBytes', b.total, 'doneBytes', b.done)), '[]') FROM (
    SELECT pid, CASE param1 WHEN 1 THEN 'waiting for checkpoint to finish' WHEN 2 THEN 'estimating backup size'
      WHEN 3 THEN 'streaming database files' WHEN 4 THEN 'waiting for wal archiving to finish'
      WHEN 5 THEN 'transferring wal files' ELSE 'initializing' END AS phase, nullif(param2, -1) AS total, param3 AS done
    FROM pg_stat_get_progress_info(
      CASE WHEN current_setting('server_version_num')::int >= 130000 THEN 'BASEBACKUP' ELSE 'VACUUM' END)
    WHERE current_setting('server_version_num')::int >= 130000
    UNION ALL
    SELECT pid, 'streaming database files', NULL, NULL FROM pg_stat_replication
    WHERE state = 'backup' AND current_setting('server_version_num')::int < 130000
    UNION ALL
    SELECT pid, application_name, NULL, NULL FROM all_of WHERE application_name LIKE 'pgBackRest [backup%') b)
) AS answer`;

/** The backend with the pid $1, or none. */
export const backendQuery = `
SELECT json_build_object('backend', (
  SELECT json_build_object(
    'pid', a.pid, 'kind', coalesce(a.backend_type, ''), 'user', coalesce(a.usename, ''), 'application', coalesce(a.application_name, ''),
    'database', coalesce(a.datname, ''), 'client', host(a.client_addr), 'state', coalesce(a.state, ''),
    'transactionMs', floor(greatest(extract(epoch FROM clock_timestamp() - a.xact_start) * 1000, 0)),
    'stateMs', floor(greatest(extract(epoch FROM clock_timestamp() - a.state_change) * 1000, 0)),
    'wait', a.wait_event_type || ': ' || a.wait_event, 'query', left(coalesce(a.query, ''), 2000),
    'startedUs', (extract(epoch FROM a.backend_start) * 1000000)::bigint,
    'queryStartedUs', (extract(epoch FROM a.query_start) * 1000000)::bigint,
    'isSuperuser', coalesce((SELECT rolsuper FROM pg_roles WHERE oid = a.usesysid), false),
    'isOurs', a.usename IS NOT DISTINCT FROM current_user,
    'blocks', (SELECT count(*) FROM pg_stat_activity w WHERE w.wait_event_type = 'Lock' AND a.pid = ANY (pg_blocking_pids(w.pid))))
  FROM pg_stat_activity a WHERE a.pid = $1::int)
) AS answer`;

/**
 * Who is connected as a client: neither we, nor Patroni, nor a superuser on the host itself, nor the check of a load balancer, which comes
 * for a moment and asks nothing, or (`src/stack/haproxy-plain.ts`) whether the server is in recovery.
 */
export const clientsQuery = `
WITH clients AS MATERIALIZED (
  SELECT a.* FROM pg_stat_activity a
  WHERE a.backend_type = 'client backend' AND a.usename IS DISTINCT FROM current_user AND a.application_name NOT LIKE 'Patroni%'
    AND NOT (a.client_addr IS NULL AND coalesce((SELECT rolsuper FROM pg_roles WHERE oid = a.usesysid), false))
    AND NOT (coalesce(a.query, '') IN ('', 'SELECT pg_is_in_recovery()') AND a.backend_start > clock_timestamp() - interval '1 second')
)
SELECT json_build_object(
  'connected', (SELECT count(*) FROM clients),
  'active', (SELECT count(*) FROM clients WHERE state <> 'idle'),
  'groups', (SELECT coalesce(json_agg(json_build_object(
    'user', g.usename, 'application', g.application_name, 'client', host(g.client_addr), 'sessions', g.n, 'active', g.busy)), '[]')
    FROM (SELECT coalesce(usename, '') AS usename, coalesce(application_name, '') AS application_name, client_addr,
            count(*) AS n, count(*) FILTER (WHERE state <> 'idle') AS busy
          FROM clients GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2 LIMIT 20) g)
) AS answer`;
