export interface PgBouncerSettings {
  /** `database`: its name on the server, where that is another one. */
  readonly databases: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly database?: string;
  }[];
  readonly listenPort: number;
  /** May PAUSE and RESUME. */
  readonly adminUser: string;
  /** May SHOW and nothing else. */
  readonly statsUser: string;
  /** Path of the file that `pgbouncerUsers` renders. */
  readonly usersFile: string;
  /** Server connections of a database and user. */
  readonly poolSize: number;
}

/**
 * Renders pgbouncer.ini (pgbouncer(5)): transaction pooling, so that a PAUSE waits for transactions and not for clients to leave.
 * `server_login_retry` is short, as a login that failed while the leader changed is told to every client until the next try.
 */
export function pgbouncerIni({ databases, listenPort, adminUser, statsUser, usersFile, poolSize }: PgBouncerSettings): string {
  const lines = databases.map(
    ({ name, host, port, database = name }) => `${name} = host=${host} port=${port} dbname=${database}\n`,
  );
  return `[databases]
${lines.join('')}
[pgbouncer]
listen_addr = *
listen_port = ${listenPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${usersFile}
admin_users = ${adminUser}
stats_users = ${statsUser}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 500
server_login_retry = 1
query_wait_timeout = 60
ignore_startup_parameters = extra_float_digits
`;
}

/** Renders userlist.txt; it holds clear-text passwords, which the login to the servers needs: write it 0600. */
export function pgbouncerUsers(users: Readonly<Record<string, string>>): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return Object.entries(users)
    .map(([name, password]) => `${quoted(name)} ${quoted(password)}\n`)
    .join('');
}
