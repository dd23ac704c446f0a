import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';

/** Where and as whom to log in. The password never leaves this folder. */
export interface PostgresLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  /** Paths of PEM files. Present: TLS is required and the certificate is checked; absent: no TLS. */
  readonly tls?:
    | { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined }
    | undefined;
}

/**
 * Options of `pg` for a login. Nothing is taken from PG* variables of the environment but what `pg` itself insists on; names in
 * certificates are checked against `host`.
 */
export function postgresLogin(login: PostgresLogin): ClientConfig {
  const { host, port, database, user, password, tls } = login;
  return {
    host,
    port,
    database,
    user,
    password: password ?? '',
    // `host` is what the certificate is checked against; a server name may not be an address (RFC 6066), `pg` sets one for names.
    ssl: tls ? { rejectUnauthorized: true, host, ...pem(tls) } : false,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

function pem(files: NonNullable<PostgresLogin['tls']>): Record<string, string> {
  const given = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, path]) => [name, readFileSync(path, 'utf8')]));
}
