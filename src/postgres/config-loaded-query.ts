/**
 * When the postmaster loaded its configuration. A session that was alive then tells when it loaded it itself, which is when it was next
 * asked something (PostgreSQL docs, functions-info), so this is asked on a connection made afresh.
 */
export const configLoadedQuery = 'SELECT to_json(floor(extract(epoch FROM pg_conf_load_time()) * 1000)) AS answer';
