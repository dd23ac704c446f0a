import type { Clock } from '../core/clock.ts';
import { unreachable } from '../core/errors.ts';
import { parseUnitJournal } from './parse-unit-journal.ts';
import { repeatable } from './repeatable.ts';
import { failedError } from './ssh-errors.ts';
import type { SshPool } from './ssh-pool.ts';
import { killUnit, resetUnit, showUnit, startUnit, stopUnit, unitJournal, unitTail } from './unit-remote.ts';
import type { UnitKeeper } from './unit-keeper.ts';

const CHUNK_BYTES = 256 * 1024;
/** TimeoutStopSec of a unit is 15 s, then systemd kills what is left. */
const STOP_WITHIN_MS = 40_000;
const GONE_WITHIN_MS = 10_000;

/** Long work as transient units of systemd (systemd-run(1)); a unit's control group holds all of its processes, whatever they do. */
export function systemdUnits(ssh: SshPool, clock: Clock): UnitKeeper {
  const isGone = (host: string, claim: string, withinMs: number, signal?: AbortSignal) =>
    goneWithin({ ssh, clock, host, claim, signal }, withinMs);
  return {
    async launch(host, start, signal) {
      const command = startUnit(start);
      const result = await ssh.run(host, command, { timeoutMs: 30_000, ...(signal ? { signal } : {}) });
      if (result.code === 0) return 'launched';
      if (/already (loaded|exists)|fragment file/.test(result.stderr)) return 'refused';
      throw failedError(command, host, result);
    },
    async lost(host, claim, signal) {
      // Its unit has ended with 'claimed already'; a failed one would be reported by whoever watches this host.
      await isGone(host, claim, GONE_WITHIN_MS, signal);
      await ssh.run(host, resetUnit(claim), repeatable(signal));
    },
    isRunning: async (host, claim, signal) => (await show(ssh, host, claim, signal)).active,
    async log(host, claim, since, signal) {
      const options = { firstBytes: CHUNK_BYTES, ...repeatable(signal) };
      const said = await ssh.run(host, unitJournal(claim, since), options);
      if (said.cut !== true && said.code !== 0) throw failedError(unitJournal(claim, since), host, said);
      return { ...parseUnitJournal(said.stdout, since), more: said.cut === true };
    },
    async tail(host, claim, signal) {
      const { stdout } = await ssh.mustRun(host, unitTail(claim), repeatable(signal));
      return parseUnitJournal(stdout, undefined).lines;
    },
    async end(host, claim, signal) {
      const options = { timeoutMs: STOP_WITHIN_MS, ...repeatable(signal) };
      // Each fails for a unit that has just ended; the look at the group decides.
      await ssh.run(host, killUnit(claim, 'SIGTERM'), options);
      await ssh.run(host, stopUnit(claim), options);
      if (await isGone(host, claim, 2000, signal)) return;
      await ssh.run(host, killUnit(claim, 'SIGKILL'), options);
      if (await isGone(host, claim, GONE_WITHIN_MS, signal)) return;
      throw unreachable(
        `processes of the unit trunkline-${claim} on ${host} are still there after KILL`,
        `They hang in the kernel, as on a dead disk: look with 'systemctl status trunkline-${claim}' on ${host}.`,
      );
    },
  };
}

async function show(ssh: SshPool, host: string, claim: string, signal: AbortSignal | undefined) {
  const { stdout } = await ssh.mustRun(host, showUnit(claim), repeatable(signal));
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  return { active: !/^(inactive|failed)$/.test(value('ActiveState')), group: value('ControlGroup') };
}

interface Asked {
  readonly ssh: SshPool;
  readonly clock: Clock;
  readonly host: string;
  readonly claim: string;
  readonly signal: AbortSignal | undefined;
}

/** Whether the unit is over and its control group is gone, which the kernel allows only once it is empty (cgroups(7)). */
async function goneWithin({ ssh, clock, host, claim, signal }: Asked, withinMs: number): Promise<boolean> {
  const end = clock.now() + withinMs;
  for (;;) {
    const { active, group } = await show(ssh, host, claim, signal);
    if (!active && group === '') return true;
    if (clock.now() > end) return false;
    await clock.sleep(100, signal);
  }
}
