import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { refusal, unreachable } from '../core/errors.ts';
import type { HostLayout } from './host-layout.ts';
import { launchUnit } from './launch-unit.ts';
import { repeatable } from './repeatable.ts';
import { sessionUnits } from './session-units.ts';
import type { SshPool } from './ssh-pool.ts';
import { systemdUnits } from './systemd-units.ts';
import type { UnitCommand } from './unit-commands.ts';
import type { UnitKeeper, UnitLog } from './unit-keeper.ts';
import {
  cleanUnits,
  hasSystemd,
  listUnitClaim,
  prepareUnits,
  readUnitFile,
  type UnitStart,
  UNITS_FOLDER,
  writeUnitSecret,
} from './unit-remote.ts';

/** Long work to start on a host. */
export interface UnitSpec {
  /** Unique for run and step; also the name of the unit. */
  readonly claim: string;
  readonly command: UnitCommand;
  /** It is ended after so long, whether or not anybody watches. */
  readonly withinMs: number;
  /** Text of a password file for the work; never in an argv, deleted when the work ends. */
  readonly secret?: string;
}

/**
 * `absent`: nobody started it. `vanished`: it was started, and neither runs nor has a result, as after a power cut; what it did is not
 * known. `exitCode` is that of the command; 143 and 137 mean that it was ended by TERM and KILL.
 */
export type UnitStatus =
  | { readonly state: 'absent' | 'running' | 'vanished' }
  | { readonly state: 'ended'; readonly exitCode: number };

/** Long work on hosts that outlives the connection and Trunkline itself: started once, found again by its claim, ended whole. */
export interface Units {
  /** 'ours' once in the life of the host, then 'taken' for ever. @throws TrunklineError when it did not start, or that is not known. */
  start(host: string, spec: UnitSpec, signal?: AbortSignal): Promise<'ours' | 'taken'>;
  status(host: string, claim: string, signal?: AbortSignal): Promise<UnitStatus>;
  /** At most 256 KiB of what it said, after `since`; not redacted. */
  log(host: string, claim: string, since: string | undefined, signal?: AbortSignal): Promise<UnitLog>;
  /** Its last lines, at most 40; not redacted. */
  tail(host: string, claim: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Ends all of its processes and gives the status once they are gone. @throws Unreachable when some stay. */
  kill(host: string, claim: string, signal?: AbortSignal): Promise<UnitStatus>;
  /** Deletes what was left behind more than 30 days ago. */
  clean(host: string, signal?: AbortSignal): Promise<void>;
}

export interface UnitOptions {
  readonly ssh: SshPool;
  /** By host name. */
  readonly layouts: ReadonlyMap<string, HostLayout>;
  readonly clock: Clock;
  /** Whether the hosts run systemd, for tests; otherwise each is asked. */
  readonly systemd?: boolean;
}

export function createUnits(options: UnitOptions): Units {
  const { ssh, clock } = options;
  const keepers = { systemd: systemdUnits(ssh, clock), session: sessionUnits(ssh) };

  async function keeperOf(host: string, signal?: AbortSignal): Promise<UnitKeeper> {
    const booted = options.systemd ?? (await ssh.run(host, hasSystemd(), repeatable(signal))).code === 0;
    return booted ? keepers.systemd : keepers.session;
  }

  async function status(host: string, claim: string, signal?: AbortSignal): Promise<UnitStatus> {
    const keeper = await keeperOf(host, signal);
    const held = await claimFiles(ssh, host, claim, signal);
    if (held !== undefined && (await keeper.isRunning(host, claim, signal))) return { state: 'running' };
    // Asked after that: what ends in between has written its result before it is gone.
    return outcome(ssh, host, claim, signal);
  }

  return {
    status,
    async start(host, spec, signal) {
      if ((await claimFiles(ssh, host, spec.claim, signal)) !== undefined) return 'taken';
      const keeper = await keeperOf(host, signal);
      const start = startOf(options, host, spec);
      await ssh.mustRun(host, prepareUnits(), repeatable(signal));
      return withSecret({ ssh, host, start, secret: spec.secret }, () => launchUnit({ ssh, clock, keeper, host, start, signal }));
    },
    log: async (host, claim, since, signal) => (await keeperOf(host, signal)).log(host, claim, since, signal),
    tail: async (host, claim, signal) => (await keeperOf(host, signal)).tail(host, claim, signal),
    async kill(host, claim, signal) {
      if ((await claimFiles(ssh, host, claim, signal)) === undefined) return { state: 'absent' };
      await (await keeperOf(host, signal)).end(host, claim, signal);
      // What was ended by KILL could not delete it itself.
      const { stdout: nonce } = await ssh.mustRun(host, readUnitFile(claim, 'owner'), repeatable(signal));
      await forgetSecret(ssh, host, { claim, nonce: nonce.trim() });
      return status(host, claim, signal);
    },
    async clean(host, signal) {
      await ssh.mustRun(host, cleanUnits(), { timeoutMs: 30_000, ...repeatable(signal) });
    },
  };
}

function startOf({ layouts }: UnitOptions, host: string, { claim, command, withinMs, secret }: UnitSpec): UnitStart {
  const layout = layouts.get(host);
  if (!layout) throw refusal(`no data directory is configured for ${host}`, 'Add it to the member in the configuration.');
  const nonce = randomBytes(8).toString('hex');
  return { claim, nonce, command, layout, withinSeconds: Math.ceil(withinMs / 1000), hasSecret: secret !== undefined };
}

interface Secret {
  readonly ssh: SshPool;
  readonly host: string;
  readonly start: UnitStart;
  readonly secret: string | undefined;
}

/** Puts the secret where the work reads it, and takes it away when the work is not ours; otherwise the work deletes it. */
async function withSecret({ ssh, host, start, secret }: Secret, launch: () => Promise<'ours' | 'taken'>) {
  if (secret === undefined) return launch();
  await ssh.mustRun(host, writeUnitSecret(start), { stdin: secret, mayRepeat: true });
  const came = await launch();
  if (came === 'taken') await forgetSecret(ssh, host, start);
  return came;
}

async function forgetSecret(ssh: SshPool, host: string, of: Pick<UnitStart, 'claim' | 'nonce'>): Promise<void> {
  await ssh.mustRun(host, writeUnitSecret(of), { stdin: '', mayRepeat: true });
}

/** What came of work that does not run. */
async function outcome(ssh: SshPool, host: string, claim: string, signal?: AbortSignal): Promise<UnitStatus> {
  const files = await claimFiles(ssh, host, claim, signal);
  if (files === undefined) return { state: 'absent' };
  if (!files.includes('result')) return { state: 'vanished' };
  const { stdout } = await ssh.mustRun(host, readUnitFile(claim, 'result'), repeatable(signal));
  if (/^\d{1,3}\s*$/.test(stdout)) return { state: 'ended', exitCode: Number(stdout) };
  throw unreachable(`the result of the work on ${host} is no exit code`, `Look at ${UNITS_FOLDER}/${claim} on ${host}.`);
}

/** The names in a claim's folder; `undefined` when nobody has it. */
async function claimFiles(ssh: SshPool, host: string, claim: string, signal?: AbortSignal) {
  const { code, stdout, stderr } = await ssh.run(host, listUnitClaim(claim), repeatable(signal));
  if (code === 0) return stdout.trim().split('\n');
  if (/No such file/.test(stderr)) return undefined;
  throw unreachable(
    `the claims of long work on ${host} cannot be read: ${stderr.trim().slice(0, 200) || 'ls said nothing'}`,
    `Look at ${UNITS_FOLDER} on ${host}: everybody must be able to read it.`,
  );
}
