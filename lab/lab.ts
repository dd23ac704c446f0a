import { initOf, killAll } from './cgroups.ts';
import { findLeader, whatFailoverLacks } from './health.ts';
import { onConsole } from './host.ts';
import { allHosts, type Debian, type Generation, generations, type HostName, haHosts } from './inventory.ts';
import { withLabLock } from './lock.ts';
import type { Machine } from './lab-machine.ts';
import { bootHosts, healHost, resetHosts, waitHealthy } from './machine.ts';
import { inSwitch, setLink } from './network.ts';
import { type LabPaths, labFolder, labPaths } from './paths.ts';
import { type CommandResult, type RunOptions, runCommand } from './run-command.ts';
import { forgetRuntime, type Runtime, readRuntime, writeRuntime } from './runtime.ts';
import { type LabSecrets, labSecrets } from './secrets.ts';
import { snapshotKey } from './snapshot.ts';
import { makeStreamingPair } from './streaming-pair.ts';
import type { Log } from './steps.ts';
import { teardown } from './teardown.ts';
import { waitFor } from './wait-for.ts';

export interface LabOptions {
  /** Default 12. */
  readonly debian?: Debian | undefined;
  /** Patroni's ttl / loop_wait / retry_timeout: `test` is 10/2/3, `demo` 30/10/10. Default `test`. */
  readonly timings?: 'test' | 'demo' | undefined;
  /** Size of the file system of PGDATA, such as `512M`. Default: as large as the disk. */
  readonly pgdataLimit?: string | undefined;
  /** Where images, keys and state live. Default `$TRUNKLINE_LAB` or `~/.cache/trunkline-lab`. */
  readonly folder?: string;
  /** Gets a line, with its seconds, for each step. Default: silence. */
  readonly log?: Log;
}

/** The lab as tests, the demo and the command line use it. Only one lab is up on a machine. Everything needs root. */
export interface Lab {
  readonly generation: Generation;
  readonly paths: LabPaths;
  readonly secrets: LabSecrets;
  /** Boots hosts (default: the six of the cluster) and, once all six run, waits until the cluster is healthy. Another lab goes down first. */
  up(hosts?: readonly HostName[]): Promise<void>;
  /** Leaves nothing running or mounted. Images, keys and snapshots stay. */
  down(): Promise<void>;
  /** Back to a fresh healthy cluster with the hosts that are up or crashed, in seconds. */
  reset(): Promise<void>;
  /**
   * The cluster `ledger`: boots sa1 and sa2 and makes sa2 a streaming standby of sa1 (pg_basebackup, a slot, a passfile); does nothing
   * when they are that already, and makes both anew from the snapshot when sa1 is no primary.
   */
  streamingPair(): Promise<void>;
  /** Power off, as if the plug was pulled. */
  crash(host: HostName): Promise<void>;
  /** Takes the host's network cable out. */
  cut(host: HostName): Promise<void>;
  /** Puts the cable in again; boots the host if it is off. Does not wait for the cluster. */
  heal(host: HostName): Promise<void>;
  /** Runs a command as root on a host by its console: works on a cut host, not on a crashed one. */
  exec(host: HostName, argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Runs a command on this machine inside the lab's network. */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Waits (default 120 s) until nothing is missing; the error says what still was. */
  waitHealthy(timeoutMs?: number): Promise<void>;
  /** Waits (default 120 s) until another member than `old` is primary and is followed; returns it. Heal `old` only after this. */
  waitFailover(old: HostName, timeoutMs?: number): Promise<HostName>;
  /** The primary by its own SQL; throws when there is none or more than one. */
  leader(): Promise<HostName>;
  /** Whether a host's power is on. */
  isOn(host: HostName): boolean;
}

const timingsByName = {
  test: { ttl: 10, loopWait: 2, retryTimeout: 3 },
  demo: { ttl: 30, loopWait: 10, retryTimeout: 10 },
} as const;

/** Makes the handle of a lab and its secrets; boots nothing. */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  const { debian = '12', timings = 'test', pgdataLimit, folder = labFolder(), log = () => undefined } = options;
  const generation = generations[debian];
  const paths = labPaths(generation, folder);
  const secrets = await labSecrets(paths.secrets);
  const machine: Machine = { settings: { generation, secrets, timings: timingsByName[timings] }, paths, pgdataLimit, log };
  const snapshot = snapshotKey(machine.settings);
  const wanted: Runtime = { folder, debian, timings, snapshot, ...(pgdataLimit !== undefined && { pgdataLimit }), whole: true };
  return {
    generation,
    paths,
    secrets,
    up: (hosts = haHosts) => withLabLock('up', () => up(machine, wanted, hosts)),
    down: () => withLabLock('down', () => takeDown(folder)),
    reset: () => withLabLock('reset', () => reset(machine, wanted)),
    streamingPair: () => withLabLock('streaming pair', () => makeStreamingPair(machine, (names) => up(machine, wanted, names))),
    crash: (host) => ifUp(`crash ${host}`, wanted, () => powerOff(host)),
    cut: (host) => ifUp(`cut ${host}`, wanted, () => setLink(host, 'down')),
    heal: (host) => ifUp(`heal ${host}`, wanted, () => healHost(machine, host)),
    exec: onConsole,
    run: (argv, runOptions) => runCommand(inSwitch(argv), runOptions),
    waitHealthy,
    waitFailover,
    leader,
    isOn: (host) => initOf(host) !== undefined,
  };
}

/** Takes down whatever lab is up, or half up, without knowing its options. */
export function takeDownAnyLab(): Promise<void> {
  return withLabLock('down', () => takeDown(labFolder()));
}

async function up(machine: Machine, wanted: Runtime, names: readonly HostName[]): Promise<void> {
  const present = await readRuntime();
  if (present === undefined || !sameLab(present, wanted)) await takeDown(wanted.folder);
  await whole(wanted, () => bootHosts(machine, names));
}

async function reset(machine: Machine, wanted: Runtime): Promise<void> {
  const present = await readRuntime();
  if (present === undefined || !sameLab(present, wanted)) return up(machine, wanted, haHosts);
  await whole(wanted, () => resetHosts(machine, everBooted(machine.paths)));
}

/** Does what only makes sense on the hosts of this very lab. */
function ifUp(purpose: string, wanted: Runtime, work: () => Promise<void>): Promise<void> {
  return withLabLock(purpose, async () => {
    const present = await readRuntime();
    if (present === undefined) throw new Error(`cannot ${purpose}: the lab is down. Run \`npm run lab -- up\` first`);
    if (!sameLab(present, wanted))
      throw new Error(`cannot ${purpose}: another lab is up, or a half-made one. Run \`npm run lab -- up\` first`);
    await work();
  });
}

function sameLab(present: Runtime, wanted: Runtime): boolean {
  const identity = ({ folder, debian, snapshot, pgdataLimit }: Runtime) => [folder, debian, snapshot, pgdataLimit].join('\n');
  return present.whole && identity(present) === identity(wanted);
}

/** Marks the lab as not to be trusted while it is changed as a whole, so that the next `up` begins anew if we die in between. */
async function whole(wanted: Runtime, work: () => Promise<void>): Promise<void> {
  await writeRuntime({ ...wanted, whole: false });
  await work();
  await writeRuntime(wanted);
}

async function takeDown(folder: string): Promise<void> {
  const present = await readRuntime();
  await teardown(Object.values(generations), [folder, ...(present === undefined ? [] : [present.folder])]);
  await forgetRuntime();
}

function everBooted(paths: LabPaths): readonly HostName[] {
  const names = allHosts.filter((name) => paths.hasRun(name));
  return names.length > 0 ? names : haHosts;
}

async function waitFailover(old: HostName, timeoutMs = 120_000): Promise<HostName> {
  await waitFor(`a failover from ${old}`, () => whatFailoverLacks(old), { timeoutMs });
  return leader();
}

async function leader(): Promise<HostName> {
  const found = await findLeader();
  if (found === undefined) throw new Error('the cluster has no primary now');
  return found;
}

/** Its link goes first: a host without power neither says goodbye nor refuses a connection. */
async function powerOff(host: HostName): Promise<void> {
  if (initOf(host) !== undefined) await setLink(host, 'down');
  await killAll(host);
}
