import { initOf } from './cgroups.ts';
import { onConsole } from './host.ts';
import { cluster, type HostName, haHosts, hostsWithRole } from './inventory.ts';
import { addressesOf } from './network.ts';

/**
 * What the cluster still lacks to be healthy, as sentences: a primary and streaming replicas by SQL, each HAProxy with exactly one
 * primary up, the virtual address on exactly one host. Empty when it is healthy.
 */
export async function whatIsMissing(): Promise<readonly string[]> {
  const off = haHosts.filter((name) => initOf(name) === undefined);
  if (off.length > 0) return [`${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} off`];
  const found = await Promise.all([postgresProblems(), ...balancers().map(proxyProblems), addressProblems()]);
  return found.flat();
}

/**
 * What a failover away from `old` still lacks: another primary with a replica that follows it. Healing the old leader before that is
 * dangerous: Patroni archives its last segment, and a replica that has not changed over yet restores and replays it past the fork.
 */
export async function whatFailoverLacks(old: HostName): Promise<readonly string[]> {
  const running = hostsWithRole('member').filter(({ name }) => name !== old && initOf(name) !== undefined);
  const answers = await Promise.all(running.map(({ name }) => askPostgres(name)));
  const primary = answers.find((answer) => answer?.primary);
  if (primary === undefined) return [`a primary other than ${old}`];
  return primary.streaming > 0 ? [] : ['a replica that streams from the new primary'];
}

/** The member that is the primary by its own SQL; undefined when there is none, throws when there are several. */
export async function findLeader(): Promise<HostName | undefined> {
  const running = hostsWithRole('member').filter(({ name }) => initOf(name) !== undefined);
  const answers = await Promise.all(running.map(async ({ name }) => ({ name, answer: await askPostgres(name) })));
  const primaries = answers.filter(({ answer }) => answer?.primary).map(({ name }) => name);
  if (primaries.length > 1) throw new Error(`${primaries.join(' and ')} are both primary`);
  return primaries[0];
}

/** Runs SQL as postgres on a host by its local socket; stdin may hold psql's own commands. Returns unaligned tuples. */
export async function psql(name: HostName, sql: string, database = 'postgres'): Promise<string> {
  const options = ['-X', '-A', '-t', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-d', database, '-f', '-'];
  const argv = ['/usr/sbin/runuser', '-u', 'postgres', '--', '/usr/bin/psql', ...options];
  const { code, stdout, stderr } = await onConsole(name, argv, { input: sql, timeoutMs: 15_000 });
  if (code !== 0) throw new Error(`SQL on ${name}: ${stderr.trim().split('\n')[0] ?? `exit ${code}`}`);
  return stdout.trim();
}

interface PostgresAnswer {
  readonly primary: boolean;
  readonly streaming: number;
}

async function postgresProblems(): Promise<string[]> {
  const members = hostsWithRole('member').map(({ name }) => name);
  const answers = await Promise.all(members.map(async (name) => ({ name, answer: await askPostgres(name) })));
  const silent = answers.filter(({ answer }) => answer === undefined).map(({ name }) => `PostgreSQL of ${name} answers`);
  const primaries = answers.filter(({ answer }) => answer?.primary);
  if (primaries.length !== 1) return [...silent, `exactly one primary (there are ${primaries.length})`];
  const streaming = primaries[0]?.answer?.streaming ?? 0;
  const wanted = members.length - 1;
  return streaming === wanted ? silent : [...silent, `${wanted} streaming replicas (there are ${streaming})`];
}

async function askPostgres(name: HostName): Promise<PostgresAnswer | undefined> {
  try {
    const said = await psql(
      name,
      `select not pg_is_in_recovery(), count(*) filter (where state = 'streaming') from pg_stat_replication`,
    );
    const [primary, streaming] = said.split('|');
    return { primary: primary === 't', streaming: Number(streaming) };
  } catch {
    return undefined; // not up: the caller counts it as silent
  }
}

async function proxyProblems(name: HostName): Promise<string[]> {
  const socket = ['/usr/bin/socat', '-', 'UNIX-CONNECT:/run/haproxy/admin.sock'];
  const { code, stdout } = await onConsole(name, socket, { input: 'show stat\n', timeoutMs: 5000 });
  if (code !== 0) return [`HAProxy of ${name} answers`];
  const up = (backend: string) => serversUp(stdout, backend);
  const replicas = hostsWithRole('member').length - 1;
  return [
    ...(up('primary') === 1 ? [] : [`exactly one primary up in HAProxy of ${name} (there are ${up('primary')})`]),
    ...(up('replica') === replicas ? [] : [`${replicas} replicas up in HAProxy of ${name} (there are ${up('replica')})`]),
  ];
}

/** HAProxy's CSV (management guide, 9.1): columns 1, 2 and 18 are proxy, server and status. */
function serversUp(csv: string, backend: string): number {
  return csv
    .split('\n')
    .map((line) => line.split(','))
    .filter(([proxy, server]) => proxy === backend && server !== 'FRONTEND' && server !== 'BACKEND')
    .filter((columns) => columns[17]?.startsWith('UP')).length;
}

async function addressProblems(): Promise<string[]> {
  const held = await Promise.all(balancers().map(async (name) => (await addressesOf(name)).includes(cluster.vip)));
  const holders = held.filter(Boolean).length;
  return holders === 1 ? [] : [`${cluster.vip} on exactly one host (it is on ${holders})`];
}

function balancers(): HostName[] {
  return hostsWithRole('balancer').map(({ name }) => name);
}
