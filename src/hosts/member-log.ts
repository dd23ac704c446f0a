import type { Clock } from '../core/clock.ts';
import { refusal, TrunklineError } from '../core/errors.ts';
import type { HostLog, LogAsked, LogLine } from '../core/host-log.ts';
import type { Reading } from '../core/reading.ts';
import { takeReading } from '../core/take-reading.ts';
import { isLogFile, postgresLogFile } from './log-commands.ts';
import { parseJournal } from './parse-journal.ts';
import { parsePostgresLog } from './parse-postgres-log.ts';
import type { HostLayout } from './host-layout.ts';
import { patroniLog } from './remote-commands.ts';
import type { SshPool } from './ssh-pool.ts';

/** What PostgreSQL says of its own log. */
export interface LogPlace {
  readonly collector: boolean;
  readonly destination: string;
  readonly directory: string;
  /** Of now; relative to the data directory unless absolute. Absent without a collector. */
  readonly file?: string;
}

export interface MemberLog {
  /** `place`: why it is not known, where PostgreSQL can't be asked. Never rejects. */
  read(host: string, asked: LogAsked, place: LogPlace | { readonly why: string }): Promise<Reading<HostLog>>;
}

/** Words of PostgreSQL's messages (errcodes, elog.c): two blanks follow each. Patroni writes `INFO: ` with one. */
const POSTGRES_SAYS = /\b(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): {2}/;
const TIMEOUT_MS = 2400;

/**
 * The log of a member of `unit`. PostgreSQL's is a file of its collector; without one it is what its starter does with stderr: under
 * Patroni the journal of Patroni, in a plain Debian cluster a file of pg_ctlcluster.
 */
export function createMemberLog(options: {
  readonly ssh: SshPool;
  readonly layouts: ReadonlyMap<string, HostLayout>;
  readonly isPatroni: boolean;
  readonly clock: Clock;
}): MemberLog {
  const { ssh, layouts, isPatroni, clock } = options;

  async function journal(host: string, { lines, sinceMs }: LogAsked): Promise<readonly LogLine[]> {
    const command = patroniLog({ lines, since: Math.max(0, Math.floor(sinceMs / 1000)) });
    return parseJournal((await ssh.mustRun(host, command, { timeoutMs: TIMEOUT_MS, mayRepeat: true })).stdout);
  }

  async function file(host: string, path: string, asked: LogAsked): Promise<HostLog> {
    const layout = layoutOf(layouts, host);
    if (!isLogFile(path, layout))
      throw refusal(
        `PostgreSQL writes its log to ${path.slice(0, 200)}`,
        'Only logs in log or pg_log of the data directory, and in /var/log/postgresql, can be read.',
      );
    const command = postgresLogFile(path, asked.lines, layout);
    const { stdout } = await ssh.mustRun(host, command, { timeoutMs: TIMEOUT_MS, mayRepeat: true });
    return { from: path, lines: parsePostgresLog(stdout, asked.sinceMs) };
  }

  async function postgres(host: string, asked: LogAsked, place: LogPlace | { readonly why: string }): Promise<HostLog> {
    const { dataDirectory } = layoutOf(layouts, host);
    if ('file' in place && place.file !== undefined)
      return file(host, place.file.startsWith('/') ? place.file : `${dataDirectory}/${place.file}`, asked);
    if (!isPatroni) return file(host, debianLog(dataDirectory, place), asked);
    // Asked for more, as most lines there are Patroni's own.
    const said = (await journal(host, { ...asked, lines: 2000 })).filter(({ text }) => POSTGRES_SAYS.test(text));
    return { from: "the journal of patroni, PostgreSQL's lines", lines: said.slice(-asked.lines) };
  }

  return {
    read: (host, asked, place) =>
      takeReading({
        source: `log of ${asked.unit} on ${host}`,
        clock,
        take: async () => {
          if (asked.unit === 'postgres') return postgres(host, asked, place);
          if (isPatroni) return { from: 'the journal of patroni', lines: await journal(host, asked) };
          throw refusal('this cluster has no Patroni', 'Ask for `--unit postgres`.');
        },
        told: (error) => (error instanceof TrunklineError ? `${error.message}. ${error.hint}` : String(error)),
      }),
  };
}

/** Where pg_ctlcluster(1) of Debian sends stderr. */
function debianLog(dataDirectory: string, place: LogPlace | { readonly why: string }): string {
  const [, version, name] = /^\/var\/lib\/postgresql\/([^/]+)\/([^/]+)\/?$/.exec(dataDirectory) ?? [];
  if (version !== undefined && name !== undefined) return `/var/log/postgresql/postgresql-${version}-${name}.log`;
  const said =
    'why' in place ? `it could not be asked: ${place.why}` : `log_destination is ${place.destination}, without a collector`;
  throw refusal(`where PostgreSQL writes its log is not known (${said})`, 'Look at the unit that starts it.');
}

function layoutOf(layouts: ReadonlyMap<string, HostLayout>, host: string): HostLayout {
  const layout = layouts.get(host);
  if (!layout) throw refusal(`no data directory is configured for ${host}`, 'Add it to the member in the configuration.');
  return layout;
}
