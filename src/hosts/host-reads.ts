import type { Clock } from '../core/clock.ts';
import type { Disk } from '../core/cluster.ts';
import type { RestReach } from '../core/rest-reach.ts';
import { asError } from '../core/errors.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { Seen } from '../core/sighting.ts';
import { takeReading } from '../core/take-reading.ts';
import { parseAddresses } from './parse-addresses.ts';
import { parseDf } from './parse-df.ts';
import { type JournalLine, parseJournal } from './parse-journal.ts';
import type { HostLayout } from './host-layout.ts';
import { lookFrom } from './look-from.ts';
import type { LookTarget } from './look-commands.ts';
import { readServer } from './read-server.ts';
import { addresses, diskFree, patroniLog, type RemoteCommand, restProbe } from './remote-commands.ts';
import { restReachOf } from './rest-reach.ts';
import type { SshPool } from './ssh-pool.ts';

/** What is read of hosts over ssh. Nothing is cached; nothing rejects. */
export interface HostReads {
  disk(host: string): Promise<Reading<Disk>>;
  /** Services, process and control file of its PostgreSQL. */
  server(host: string): Promise<Reading<Server>>;
  /** What the host `from` sees of another member; takes up to 4.5 s. */
  lookFrom(from: string, target: LookTarget): Promise<Reading<Seen>>;
  addresses(host: string): Promise<Reading<readonly string[]>>;
  /** Whether a host gets to a REST API of Patroni; `url` without a path. */
  reach(host: string, url: string): Promise<Reading<RestReach>>;
  /** Patroni's own log since a moment (epoch ms), at most `lines` of it, oldest first. */
  patroniLog(host: string, asked: { readonly lines: number; readonly sinceMs: number }): Promise<Reading<readonly JournalLine[]>>;
}

/** `layouts` by host name; a host without one has no PostgreSQL. `timeoutMs` bounds an answer (default 2.4 s). */
export function createHostReads(options: {
  readonly ssh: SshPool;
  readonly layouts: ReadonlyMap<string, HostLayout>;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}): HostReads {
  const { ssh, layouts, clock, timeoutMs = 2400 } = options;
  const read = <T>(
    host: string,
    command: () => RemoteCommand,
    parse: (stdout: string) => T,
    program: string,
  ): Promise<Reading<T>> =>
    takeReading({
      source: `${program} on ${host}`,
      clock,
      take: async () => parse((await ssh.mustRun(host, command(), { timeoutMs, mayRepeat: true })).stdout),
      told: (error) => asError(error).message,
    });
  return {
    server: (host) =>
      takeReading({
        source: `systemd and pg_controldata on ${host}`,
        clock,
        take: () => readServer(ssh, host, layoutOf(layouts, host), timeoutMs),
        told: (error) => asError(error).message,
      }),
    lookFrom: (from, target) =>
      takeReading({
        source: `pg_isready and curl on ${from}`,
        clock,
        take: () => lookFrom(ssh, from, { layout: layoutOf(layouts, from), target, timeoutMs: LOOK_MS }),
        told: (error) => asError(error).message,
      }),
    disk: (host) => read(host, () => diskFree(layoutOf(layouts, host)), parseDf, 'df'),
    addresses: (host) => read(host, addresses, parseAddresses, 'ip addr'),
    reach: (host, url) =>
      takeReading({
        source: `curl on ${host}`,
        clock,
        take: async () => restReachOf(await ssh.run(host, restProbe(`${url}/liveness`), { timeoutMs, mayRepeat: true })),
        told: (error) => asError(error).message,
      }),
    patroniLog: (host, { lines, sinceMs }) =>
      read(host, () => patroniLog({ lines, since: Math.floor(sinceMs / 1000) }), parseJournal, 'journal of patroni'),
  };
}

/** The programs give up after 2 s; the rest is for ssh. */
const LOOK_MS = 4500;

function layoutOf(layouts: ReadonlyMap<string, HostLayout>, host: string): HostLayout {
  const layout = layouts.get(host);
  if (!layout) throw new Error(`no data directory is configured for ${host}`);
  return layout;
}
