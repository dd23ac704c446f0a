import type { Clock } from '../core/clock.ts';
import type { Disk } from '../core/cluster.ts';
import type { EtcdAccess } from '../core/etcd-access.ts';
import type { RestReach } from '../core/rest-reach.ts';
import { asError } from '../core/errors.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { IdentifiedSystem, ReplicationLogin } from '../core/upstream.ts';
import type { Seen } from '../core/sighting.ts';
import type { AccessRule, BareHost } from '../core/standby.ts';
import { takeReading } from '../core/take-reading.ts';
import { readEtcdAccess } from './etcd-settings.ts';
import { readBareHost, readReplicationRules } from './bare-host.ts';
import { lingeringServers } from './parse-haproxy-servers.ts';
import { parseAddresses } from './parse-addresses.ts';
import { parseDf } from './parse-df.ts';
import { type JournalLine, parseJournal } from './parse-journal.ts';
import type { HostLayout } from './host-layout.ts';
import { parseIdentified } from './parse-identified.ts';
import { lookFrom } from './look-from.ts';
import type { LookTarget } from './look-commands.ts';
import { readServer } from './read-server.ts';
import { addresses, diskFree, haproxyServers, patroniLog, type RemoteCommand, restProbe } from './remote-commands.ts';
import { restReachOf } from './rest-reach.ts';
import type { SshPool } from './ssh-pool.ts';
import { identifySystem } from './streaming-commands.ts';

/** What is read of hosts over ssh. Nothing is cached; nothing rejects. */
export interface HostReads {
  disk(host: string): Promise<Reading<Disk>>;
  /** Services, process and control file of its PostgreSQL. */
  server(host: string): Promise<Reading<Server>>;
  /** What the host `from` sees of another member; takes up to 4.5 s. */
  lookFrom(from: string, target: LookTarget): Promise<Reading<Seen>>;
  /** A host that is to become a standby; `further`: paths to look at. */
  bareHost(host: string, further: readonly string[] | undefined): Promise<Reading<BareHost>>;
  /** Who may replicate from its server, by pg_hba_file_rules. */
  replicationRules(host: string): Promise<Reading<readonly AccessRule[]>>;
  /** How Patroni there speaks to etcd, without its password. */
  etcdAccess(host: string): Promise<Reading<EtcdAccess>>;
  addresses(host: string): Promise<Reading<readonly string[]>>;
  /** Whether a host gets to a REST API of Patroni; `url` without a path. */
  reach(host: string, url: string): Promise<Reading<RestReach>>;
  /** Servers of a backend of HAProxy on a host whose sessions stay when they are marked down. */
  lingering(host: string, backend: string): Promise<Reading<readonly string[]>>;
  /** Whether one member's host may log in to another member for replication. */
  replicationLogin(login: ReplicationLogin): Promise<Reading<IdentifiedSystem>>;
  /** Patroni's own log since a moment (epoch ms), at most `lines` of it, oldest first. */
  patroniLog(host: string, asked: { readonly lines: number; readonly sinceMs: number }): Promise<Reading<readonly JournalLine[]>>;
}

/** `layouts` and `ports` by host name; a host without one has no PostgreSQL. `timeoutMs` bounds an answer (default 2.4 s). */
export function createHostReads(options: {
  readonly ssh: SshPool;
  readonly layouts: ReadonlyMap<string, HostLayout>;
  readonly ports?: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}): HostReads {
  const { ssh, layouts, ports, clock, timeoutMs = 2400 } = options;
  const take = <T>(source: string, from: () => Promise<T>): Promise<Reading<T>> =>
    takeReading({ source, clock, take: from, told: (error) => asError(error).message });
  const how = { timeoutMs, mayRepeat: true };
  const read = <T>(host: string, command: () => RemoteCommand, parse: (stdout: string) => T, program: string) =>
    take(`${program} on ${host}`, async () => parse((await ssh.mustRun(host, command(), how)).stdout));
  const layout = (host: string) => layoutOf(layouts, host);
  return {
    server: (host) => take(`systemd and pg_controldata on ${host}`, async () => readServer(ssh, host, layout(host), timeoutMs)),
    lookFrom: (from, target) =>
      take(`pg_isready and curl on ${from}`, async () =>
        lookFrom(ssh, from, { layout: layout(from), target, timeoutMs: LOOK_MS }),
      ),
    bareHost: (host, further) =>
      take(`ssh to ${host}`, async () => readBareHost(ssh, { host, layout: layout(host), further, timeoutMs })),
    etcdAccess: (host) => take(`patroni.yml on ${host}`, () => readEtcdAccess(ssh, host, timeoutMs)),
    replicationRules: (host) => take(`pg_hba_file_rules on ${host}`, () => readReplicationRules(ssh, host, timeoutMs)),
    disk: (host) => read(host, () => diskFree(layout(host)), parseDf, 'df'),
    replicationLogin: ({ from, to, user, passfile }) => {
      const target = { ...(ports?.get(to) ?? { host: to, port: 5432 }), user, passfile };
      return read(from, () => identifySystem(target), parseIdentified, `IDENTIFY_SYSTEM of ${to}`);
    },
    addresses: (host) => read(host, addresses, parseAddresses, 'ip addr'),
    reach: (host, url) =>
      take(`curl on ${host}`, async () => restReachOf(await ssh.run(host, restProbe(`${url}/liveness`), how))),
    lingering: (host, backend) => read(host, haproxyServers, (stdout) => lingeringServers(stdout, backend), 'haproxy.cfg'),
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
