/**
 * Whether the role `$1` could rewind another server from this one, as one JSON value. The functions are those of pg_rewind(1), Notes; a
 * superuser may execute all. PostgreSQL 11 to 18.
 */
export const rewindSourceQuery = `
SELECT json_build_object(
  'fullPageWrites', current_setting('full_page_writes')::bool,
  'databaseBytes', (SELECT sum(pg_database_size(oid)) FROM pg_database WHERE datallowconn),
  'role', (
    SELECT json_build_object(
      'name', rolname, 'canLogIn', rolcanlogin, 'isSuperuser', rolsuper,
      'lacks', (
        SELECT coalesce(json_agg(f ORDER BY f), '[]') FROM unnest(ARRAY[
          'pg_ls_dir(text,boolean,boolean)', 'pg_stat_file(text,boolean)', 'pg_read_binary_file(text)',
          'pg_read_binary_file(text,bigint,bigint,boolean)']) AS f
        WHERE NOT has_function_privilege(rolname, ('pg_catalog.' || f)::regprocedure, 'EXECUTE')),
      'settings', coalesce(to_json(rolconfig), '[]'::json))
    FROM pg_roles WHERE rolname = $1)
) AS answer`;
