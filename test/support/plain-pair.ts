import { noRecords } from './no-incidents.ts';
import { createActs } from '../../src/acts/all.ts';
import type { Hands } from '../../src/acts/hands.ts';
import { createViews } from '../../src/clusters/view.ts';
import { remoteOf } from '../../src/compose/remote-of.ts';
import { systemClock } from '../../src/core/clock.ts';
import { unreachable } from '../../src/core/errors.ts';
import { planHash } from '../../src/core/plan-hash.ts';
import type { Runbook } from '../../src/core/runbook.ts';
import type { View } from '../../src/core/view.ts';
import { createHostReads } from '../../src/hosts/host-reads.ts';
import type { HostLayout } from '../../src/hosts/host-layout.ts';
import { createRebuildHostReads, type RebuildHostReads } from '../../src/hosts/rebuild-host-reads.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import type { RemoteResult } from '../../src/hosts/ssh-channel.ts';
import type { SshPool } from '../../src/hosts/ssh-pool.ts';
import { createPostgres } from '../../src/postgres/postgres.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import { createDebtKeeper } from '../../src/runs/debt-keeper.ts';
import { createStates } from '../../src/states/all.ts';
import { anyPolicy } from './any-policy.ts';
import { localUnits } from './local-units.ts';
import { claimSeen } from './fake-claims.ts';
import { memoryStore } from './memory-store.ts';
import { type PostgresServer, postgresServer } from './postgres-server.ts';
import { quietLog } from './quiet-log.ts';
import { runOf } from './run-of.ts';

const CLUSTER = 'ledger';

/** One server with what systemd would know of its unit. */
interface Machine {
  readonly server: PostgresServer;
  masked: boolean;
  running: boolean;
  /** Its host answers nobody. */
  isCut: boolean;
}

/** Two real servers, sa1 leading and sa2 streaming, with the real view, acts, states and engine; systemd and claims are played. */
export async function plainPair() {
  const first = await postgresServer({ wal_level: 'replica', wal_log_hints: 'on', wal_keep_size: '128MB' });
  const second = await first.standby('sa2');
  const machines = new Map<string, Machine>(
    [['sa1', first] as const, ['sa2', second] as const].map(([name, server]) => [
      name,
      { server, masked: false, running: true, isCut: false },
    ]),
  );
  const machine = (name: string): Machine => {
    const found = machines.get(name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  const ssh = localPool(machine);
  const layouts = new Map([...machines].map(([name, { server }]) => [name, layoutOf(server)]));
  const ports = new Map([...machines].map(([name, { server }]) => [name, { host: '127.0.0.1', port: server.port }]));
  const logins = [...ports].map(([name, at]) => ({
    name,
    login: { ...at, user: 'postgres', database: 'postgres', password: undefined, tls: undefined },
  }));
  const postgres = createPostgres({ clock: systemClock, members: logins });
  const reads = createHostReads({ ssh, layouts, ports, clock: systemClock });
  const units = localUnits({ machine, layouts, ports });
  const rebuilds = createRebuildHostReads({
    ...{ ssh, clock: systemClock, units, redact: (text) => text },
    layoutOf: (name) => layoutOf(machine(name).server),
  });
  const claims = new Map<string, string>();
  const view = viewOf(
    postgres,
    { ...reads, ...rebuilds, claim: async (host, id) => claimSeen(claims.get(`${host} ${id}`)) },
    ports,
  );
  const trouble = new Set<string>();
  const hands = handsOn({ ssh, layouts, claims, trouble, units });
  let nth = 1;
  return {
    ...{ machine, view },
    trouble,
    run: (book: Runbook, typed: object) => runTo(book, typed, { view, hands, id: `r4k2m9x${nth++}` }),
    async close() {
      await postgres.close();
      for (const { server } of machines.values()) server.remove();
    },
  };
}

function layoutOf({ dataDirectory, binDirectory }: PostgresServer): HostLayout {
  return {
    ...{ dataDirectory, binDirectory, walDirectory: `${dataDirectory}/pg_wal` },
    ...{ postgresUnit: 'postgresql.service', patroniUnit: 'patroni.service' },
  };
}

function localPool(machine: (name: string) => Machine): SshPool {
  const run = async (host: string, command: RemoteCommand, options: { readonly stdin?: string } = {}): Promise<RemoteResult> => {
    const of = machine(host);
    if (of.isCut) throw unreachable(`${host} does not answer`, 'See to it.');
    if (command.argv[0] === '/usr/bin/systemctl') return systemctl(of, command.argv.slice(1));
    const { code, stdout, stderr } = of.server.run(command.argv, options.stdin);
    return { code: code ?? 1, stdout, stderr };
  };
  return {
    run,
    async mustRun(host, command, options) {
      const result = await run(host, command, options);
      if (result.code === 0) return result;
      throw unreachable(
        `${command.name} on ${host} failed (exit ${result.code}): ${result.stderr.trim().slice(0, 200)}`,
        'Look there.',
      );
    },
    warm: async () => undefined,
    close: () => undefined,
  };
}

async function systemctl(of: Machine, [verb = '', ...rest]: readonly string[]): Promise<RemoteResult> {
  if (verb === 'show') return said(rest.includes('patroni.service') ? shown('not-found', 'inactive', '') : shownOf(of));
  if (verb === 'mask' || verb === 'unmask') of.masked = verb === 'mask';
  if (verb === 'start' && of.masked) return { code: 1, stdout: '', stderr: 'Unit is masked.' };
  if (verb === 'start' || verb === 'stop') await turn(of, verb === 'start');
  return said('');
}

async function turn(of: Machine, on: boolean): Promise<void> {
  if (on !== of.running) await (on ? of.server.start() : of.server.stop('fast'));
  of.running = on;
}

const said = (stdout: string): RemoteResult => ({ code: 0, stdout, stderr: '' });
const shown = (load: string, active: string, enabled: string) =>
  `LoadState=${load}\nActiveState=${active}\nUnitFileState=${enabled}\n`;
const shownOf = ({ masked, running }: Machine) =>
  shown(masked ? 'masked' : 'loaded', running ? 'active' : 'inactive', masked ? 'masked' : 'enabled');

function viewOf(
  sql: ReturnType<typeof createPostgres>,
  hosts: ReturnType<typeof createHostReads> & RebuildHostReads,
  ports: ReadonlyMap<string, { readonly host: string; readonly port: number }>,
): View {
  const target = (name: string) => ({
    host: '127.0.0.1',
    postgresPort: ports.get(name)?.port ?? 0,
    restUrl: 'http://127.0.0.1:1',
  });
  const parts = {
    info: {
      ...{ name: CLUSTER, environment: 'production', mode: 'streaming' as const, scope: CLUSTER },
      members: [...ports].map(([name, { host, port }]) => ({ name, host, port })),
    },
    limits: {
      ...{ maxReplayLagBytes: 10_000_000, maxReplayLagMs: 10_000, longTransactionMs: 15_000, minSinceLeaderChangeMs: 0 },
      ...{ maxReadyWalFiles: 20, minFreeDiskPercent: 0, slotRetainedWarnBytes: 1e9, maxPreparedTransactionMs: 60_000 },
    },
    sql,
    rewindRole: 'postgres',
    hosts: {
      ...hosts,
      lookFrom: (from: string, member: string) => hosts.lookFrom(from, target(member)),
    },
  };
  const records = noRecords;
  return createViews({ clusters: [parts], records, lag: { history: () => [] }, clock: systemClock }).viewFor([CLUSTER]);
}

interface Played {
  readonly ssh: SshPool;
  readonly layouts: ReadonlyMap<string, HostLayout>;
  readonly claims: Map<string, string>;
  readonly trouble: ReadonlySet<string>;
  readonly units: ReturnType<typeof localUnits>;
}

function handsOn({ ssh, layouts, claims, trouble, units }: Played): Hands {
  const unused = () => Promise.reject(new Error('not in this test'));
  return {
    now: () => systemClock.now(),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    proxies: { lead: unused },
    poolers: { arm: unused, pause: unused, resume: unused, disarm: unused },
    members: { restart: unused, reload: unused, reinitialize: unused },
    patroni: {
      ...{ switchover: unused, failover: unused },
      rest: { config: unused, patchConfig: unused, clearSwitchover: unused, clearRestart: unused },
    },
    hosts: {
      async run(_cluster, member, command) {
        if (trouble.has(command.name)) throw unreachable(`${command.name} on ${member} failed`, 'See why.');
        const layout = layouts.get(member);
        if (!layout || command.name === 'write patroni configuration') throw new Error(`there is no ${member}`);
        const { command: remote, ...how } = remoteOf(command, { layout, patroniFile: '/etc/patroni/config.yml' });
        return ssh.mustRun(member, remote, how);
      },
      async claim(_cluster, member, id) {
        if (claims.has(`${member} ${id}`)) return 'taken';
        claims.set(`${member} ${id}`, '');
        return 'ours';
      },
      claimResult: async (_cluster, member, id) => claims.get(`${member} ${id}`),
      async settleClaim(_cluster, member, id, text) {
        if (!claims.get(`${member} ${id}`)) claims.set(`${member} ${id}`, text);
      },
      unit: {
        start: async (_cluster, member, spec) => units.start(member, spec),
        status: async (_cluster, member, claim) => units.status(member, claim),
        log: async (_cluster, member, { claim }) => ({ lines: await units.tail(member, claim), more: false }),
        kill: unused,
      },
    },
  };
}

/** Proposes, approves and executes; how it ended. */
async function runTo(
  book: Runbook,
  typed: object,
  { view, hands, id }: { readonly view: View; readonly hands: Hands; readonly id: string },
) {
  const proposal = await book.propose(typed, view);
  const bound = { runbook: book.name, digest: 'd1', ...proposal };
  const store = memoryStore(
    runOf({
      ...{ id, runbook: book.name, digest: 'd1', cluster: CLUSTER, input: proposal.input, material: proposal.material },
      ...{ plan: proposal.plan, locks: [...proposal.locks], planHash: planHash(bound), state: 'queued' },
      ...{ createdAtMs: systemClock.now(), approvalsNeeded: 0, votes: [] },
    }),
  );
  const { runs, journal, locks, debts } = store;
  const base = { acts: createActs(hands), states: createStates(), view, clock: systemClock, log: quietLog };
  const keeper = createDebtKeeper({ ...base, debts, runs, tell: async () => undefined });
  const attempt = createAttempts({
    ...{ ...base, runs, journal, locks, debts },
    releaseDebts: (run) => keeper.release(run),
    gate: { lacks: async () => undefined, policy: anyPolicy, reasonFlaw: () => undefined, closed: () => undefined },
    breakGlass: { lacks: async () => undefined },
    maintenance: { of: async () => undefined },
    keepLog: async () => undefined,
    observer: { begin: async () => undefined, end: async () => undefined },
    find: () => ({ runbook: book, digest: 'd1' }),
    announce: async () => undefined,
  });
  await attempt(id, { signal: new AbortController().signal, draining: () => false });
  const ended = store.now();
  return { ...ended, debts: await debts.list() };
}
