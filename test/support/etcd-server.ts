import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CertifiedKey } from './certificates.ts';
import { until } from './until.ts';

export interface EtcdMember {
  readonly name: string;
  readonly endpoint: string;
  /** Where the other members reach it. */
  readonly peer: string;
  readonly directory: string;
  /** Starts it again, with its data; resolves when it listens. `more` of its own options come last and so win. */
  start(...more: readonly string[]): Promise<void>;
  kill(signal?: NodeJS.Signals): void;
  /** Resolves when its process has ended. */
  gone(): Promise<unknown>;
  readonly pid: number;
}

/** A real etcd cluster of one or three members on free loopback ports, its data in a temporary directory. */
export interface EtcdServers {
  readonly endpoints: readonly string[];
  readonly members: readonly EtcdMember[];
  etcdctl(...args: string[]): string;
  /** Compacts up to a revision and waits (at most 15 s) until each member has done so: they follow one after the other. */
  compact(revision: number | string): Promise<void>;
  stop(): Promise<void>;
}

/** How its clients reach it, where that is not plain. */
export interface EtcdSettings {
  /** Paths of PEM files; `ca` has signed `cert`. With `client` it wants a certificate of each client, and takes this one. */
  readonly tls?: CertifiedKey & { readonly ca: string; readonly client?: CertifiedKey };
  /** More of its own options. */
  readonly args?: readonly string[];
}

/** Starts the members and waits (at most 15 s) until each answers. */
export async function startEtcd(size: 1 | 3 = 1, settings: EtcdSettings = {}): Promise<EtcdServers> {
  const { tls } = settings;
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-etcd-'));
  const ports = await freePorts(size * 2);
  const shape = Array.from({ length: size }, (_, i) => ({
    name: `e${i + 1}`,
    client: `${tls ? 'https' : 'http'}://127.0.0.1:${ports[2 * i]}`,
    peer: `http://127.0.0.1:${ports[2 * i + 1]}`,
  }));
  const initial = shape.map(({ name, peer }) => `${name}=${peer}`).join(',');
  const members = shape.map((of) => member(of, initial, directory, settings));
  const endpoints = shape.map(({ client }) => client);
  const stop = async () => {
    for (const each of members) each.kill('SIGKILL');
    await Promise.all(members.map((each) => each.gone()));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(members.map((each) => each.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const own = tls ? ['--cacert', tls.ca, ...(tls.client ? ['--cert', tls.client.cert, '--key', tls.client.key] : [])] : [];
  const compact = async (revision: number | string) => {
    etcdctl(endpoints, ['compaction', String(revision)]);
    for (const endpoint of endpoints) await until(() => isCompacted(endpoint, Number(revision) - 1), 15_000);
  };
  return { endpoints, members, stop, compact, etcdctl: (...args) => etcdctl(endpoints, [...own, ...args]) };
}

function member(
  { name, client, peer }: { name: string; client: string; peer: string },
  initial: string,
  directory: string,
  { tls, args: more = [] }: EtcdSettings,
) {
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const args = [
    ...['--name', name, '--data-dir', join(directory, name), '--unsafe-no-fsync', '--logger', 'zap', '--log-level', 'error'],
    ...['--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peer],
    ...['--initial-advertise-peer-urls', peer, '--initial-cluster', initial, '--initial-cluster-state', 'new'],
    ...['--heartbeat-interval', '50', '--election-timeout', '500'],
    ...(tls ? ['--cert-file', tls.cert, '--key-file', tls.key] : []),
    ...(tls?.client ? ['--client-cert-auth', '--trusted-ca-file', tls.ca] : []),
    ...more,
  ];
  return {
    name,
    endpoint: client,
    peer,
    directory: join(directory, name),
    get pid() {
      return child?.pid ?? 0;
    },
    async start(...options: readonly string[]) {
      const started = spawn('etcd', [...args, ...options], { stdio: 'ignore', env: { ...process.env, ETCDCTL_API: '3' } });
      child = started;
      ended = new Promise((resolve) => started.once('exit', resolve));
      await answering(client, tls?.client);
    },
    kill(signal: NodeJS.Signals = 'SIGKILL') {
      child?.kill(signal);
    },
    gone: () => ended,
  };
}

async function answering(client: string, as: CertifiedKey | undefined): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await isHealthy(client, as))) {
    if (Date.now() > end) throw new Error(`etcd at ${client} did not become healthy within 15 s`);
    await delay(50);
  }
}

/** Whatever its certificate is worth. */
function isHealthy(client: string, as: CertifiedKey | undefined): Promise<boolean> {
  const signal = AbortSignal.timeout(1000);
  const own = as ? { cert: readFileSync(as.cert), key: readFileSync(as.key) } : {};
  return new Promise((resolve) => {
    const answered = (answer: IncomingMessage) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    };
    const asked = client.startsWith('https:')
      ? getHttps(`${client}/health`, { signal, rejectUnauthorized: false, ...own }, answered)
      : getHttp(`${client}/health`, { signal }, answered);
    asked.on('error', () => resolve(false));
  });
}

function etcdctl(endpoints: readonly string[], args: readonly string[]): string {
  const env = { ...process.env, ETCDCTL_API: '3' };
  return execFileSync('etcdctl', ['--endpoints', endpoints.join(','), ...args], {
    ...{ env, encoding: 'utf8' as const, timeout: 10_000 },
    stdio: 'pipe',
  });
}

/** A member that has compacted refuses to read what was before (etcd's ErrCompacted). */
function isCompacted(endpoint: string, revision: number): boolean {
  try {
    etcdctl([endpoint], ['get', 'any', '--consistency=s', `--rev=${revision}`]);
    return false;
  } catch (error) {
    return String(error).includes('has been compacted');
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
