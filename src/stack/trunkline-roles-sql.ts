export interface TrunklineRoles {
  /** Verifiers made by `scramVerifier`; clear text is refused. */
  readonly reader: string;
  readonly probe: string;
  readonly probeDatabase: string;
}

export interface TrunklineRolesSql {
  /** Roles: for any database, on the primary. */
  readonly roles: string;
  /** Creates the probe's database: psql input, as `\\gexec` is the only way to create a database only if it is not there. */
  readonly database: string;
  /** The probe's table: to be run in the probe's database. */
  readonly table: string;
}

/**
 * SQL that makes Trunkline's own roles and the write probe's database; running it again changes nothing but the passwords.
 * `trunkline` reads statistics (pg_monitor) and is read-only by default; `trunkline_probe` owns one database and nothing else.
 */
export function trunklineRolesSql({ reader, probe, probeDatabase }: TrunklineRoles): TrunklineRolesSql {
  for (const verifier of [reader, probe])
    if (!/^SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/.test(verifier))
      throw new Error('a role wants a SCRAM-SHA-256 verifier, not a password: make it with scramVerifier');
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(probeDatabase)) throw new Error(`${probeDatabase} is no plain database name`);
  return {
    roles: `${role('trunkline', reader, 10)}GRANT pg_monitor TO trunkline;
ALTER ROLE trunkline SET default_transaction_read_only = on;
ALTER ROLE trunkline SET statement_timeout = '10s';
${role('trunkline_probe', probe, 5)}ALTER ROLE trunkline_probe SET statement_timeout = '10s';
`,
    database: `SELECT 'CREATE DATABASE ${probeDatabase} OWNER trunkline_probe'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${probeDatabase}') \\gexec
REVOKE ALL ON DATABASE ${probeDatabase} FROM PUBLIC;
`,
    table: `CREATE TABLE IF NOT EXISTS public.probe (
  id integer PRIMARY KEY CHECK (id = 1),
  seq bigint NOT NULL,
  run text NOT NULL DEFAULT '',
  at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500);
ALTER TABLE public.probe OWNER TO trunkline_probe;
INSERT INTO public.probe (id, seq) VALUES (1, 0) ON CONFLICT DO NOTHING;
`,
  };
}

function role(name: string, verifier: string, connections: number): string {
  return `DO $do$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF;
END $do$;
ALTER ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT ${connections} PASSWORD '${verifier}';
`;
}
