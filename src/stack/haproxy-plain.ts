/** A cluster without Patroni behind HAProxy. */
export interface PlainListen {
  /** Of the section, as the bot's configuration calls the backend. */
  readonly name: string;
  readonly port: number;
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly postgresPort: number;
  /** Connections to each server, at most. */
  readonly maxConnections: number;
  /** A role that may log in from the balancers without a password and has no rights; see `checkRule`. */
  readonly checkRole: string;
}

const DATABASE = 'postgres';
const QUERY = 'SELECT pg_is_in_recovery()';
/** AuthenticationOk, and a row of one column that says `f`: PostgreSQL docs, protocol-message-formats. */
const LET_IN = '520000000800000000';
const OUT_OF_RECOVERY = '440000000b00010000000166';
/** Right behind the query: the server closes then, so that the answer of a standby fails at once and not by a time-out. */
const TERMINATE = '5800000004';

/**
 * Renders a `listen` section that leads to whichever server says by SQL that it is out of recovery: HAProxy speaks the few bytes of
 * PostgreSQL's protocol that this takes (configuration manual, tcp-check), so that no helper is needed on the hosts. A server that answers
 * but is a standby is down for it, unlike with `option pgsql-check`.
 *
 * Each check sees one server, so of two primaries nothing here can tell the right one. Clients stay with the one that they used (a table with
 * one entry for all of them, as for a pair without failback): whoever comes back as a second primary gets none. Where nobody is known, as after
 * a restart of HAProxy, nobody is let in while two are up.
 */
export function haproxyPlainListen({ name, port, members, postgresPort, maxConnections, checkRole }: PlainListen): string {
  const servers = members.map((one) => `  server ${one.name} ${one.address}:${postgresPort} maxconn ${maxConnections} check\n`);
  return `listen ${name}
  bind *:${port}
  balance first
  stick-table type integer size 10
  stick on int(1)
  tcp-request connection reject if { nbsrv(${name}) gt 1 } !{ int(1),in_table(${name}) }
  option tcp-check
  tcp-check connect
  tcp-check send-binary ${startup(checkRole)}
  tcp-check expect binary ${LET_IN}
  tcp-check send-binary ${query(QUERY)}${TERMINATE}
  tcp-check expect binary ${OUT_OF_RECOVERY}
  default-server inter 1s fastinter 500ms downinter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('')}`;
}

/** Lines of pg_hba.conf that the check needs, before any that reject; it comes from the balancers alone. */
export const checkRules = (checkRole: string, balancers: readonly string[]): readonly string[] =>
  balancers.map((address) => `host ${DATABASE} ${checkRole} ${address}/32 trust`);

/** StartupMessage of protocol 3.0, as hexadecimal digits. */
function startup(role: string): string {
  const body = Buffer.concat([int32(196_608), Buffer.from(`user\0${role}\0database\0${DATABASE}\0\0`)]);
  return Buffer.concat([int32(body.length + 4), body]).toString('hex');
}

function query(sql: string): string {
  const body = Buffer.from(`${sql}\0`);
  return Buffer.concat([Buffer.from('Q'), int32(body.length + 4), body]).toString('hex');
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
