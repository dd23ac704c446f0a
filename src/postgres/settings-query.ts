import { CONFIG_KEYS } from '../core/config-keys.ts';

const NAMES = [...CONFIG_KEYS.values()].flatMap(({ name, in: where }) => (where === 'parameters' ? [`'${name}'`] : []));

/**
 * The settings that may be changed from chat, and whatever waits for a restart or was set by ALTER SYSTEM, as one JSON value;
 * PostgreSQL 12 to 18. Values of other settings stay on the server, as they may hold secrets. `sourcefile` needs pg_read_all_settings,
 * which pg_monitor holds (PostgreSQL docs, view-pg-settings).
 */
export const settingsQuery = `
SELECT json_build_object('settings', (
  SELECT coalesce(json_agg(json_build_object(
    'name', s.name, 'setting', CASE WHEN s.name IN (${NAMES.join(', ')}) THEN s.setting END, 'unit', s.unit, 'source', s.source,
    'sourceFile', s.sourcefile, 'pendingRestart', s.pending_restart) ORDER BY s.name), '[]')
  FROM pg_settings s
  WHERE s.name IN (${NAMES.join(', ')}) OR s.pending_restart OR s.sourcefile LIKE '%/postgresql.auto.conf'
)) AS answer`;
