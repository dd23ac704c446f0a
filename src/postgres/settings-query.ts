import { CONFIG_KEYS } from '../core/config-keys.ts';

/** Names of the settings whose values leave the server: those that may be changed from chat. */
export const SHOWN_SETTINGS: readonly string[] = [...CONFIG_KEYS.values()].flatMap(({ name, in: where }) =>
  where === 'parameters' ? [name] : [],
);

/**
 * The settings named by $1, and of whatever waits for a restart or was set by ALTER SYSTEM the name alone, as one JSON value; PostgreSQL
 * 12 to 18. Other values stay on the server, as they may hold secrets. `sourcefile` needs pg_read_all_settings, which pg_monitor holds
 * (PostgreSQL docs, view-pg-settings).
 */
export const settingsQuery = `
SELECT json_build_object('settings', (
  SELECT coalesce(json_agg(json_build_object(
    'name', s.name, 'setting', CASE WHEN s.name = ANY($1::text[]) THEN s.setting END, 'unit', s.unit, 'source', s.source,
    'sourceFile', s.sourcefile, 'pendingRestart', s.pending_restart) ORDER BY s.name), '[]')
  FROM pg_settings s
  WHERE s.name = ANY($1::text[]) OR s.pending_restart OR s.sourcefile LIKE '%/postgresql.auto.conf'
)) AS answer`;
