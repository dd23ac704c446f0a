import { unreachable } from '../core/errors.ts';
import { repeatable } from './repeatable.ts';
import { failedError } from './ssh-errors.ts';
import type { SshPool } from './ssh-pool.ts';
import { endSession, probeSession, sessionLog, sessionTail, startSession } from './unit-remote.ts';
import type { UnitKeeper } from './unit-keeper.ts';

const CHUNK_BYTES = 256 * 1024;

/** Long work where no systemd runs: a session of its own with a pid file, a lock that all of its processes hold, and a log file. */
export function sessionUnits(ssh: SshPool): UnitKeeper {
  return {
    async launch(host, start, signal) {
      const command = startSession(start);
      const result = await ssh.run(host, command, { timeoutMs: 30_000, ...(signal ? { signal } : {}) });
      if (result.code !== 0) throw failedError(command, host, result);
      return 'launched';
    },
    lost: async () => undefined,
    async isRunning(host, claim, signal) {
      const result = await ssh.run(host, probeSession(claim), repeatable(signal));
      if (result.code === 0) return false;
      if (result.code === 75) return true;
      throw failedError(probeSession(claim), host, result);
    },
    async log(host, claim, since, signal) {
      const from = since === undefined ? 1 : Number(since);
      const said = await ssh.run(host, sessionLog(claim, from), { firstBytes: CHUNK_BYTES, ...repeatable(signal) });
      if (said.cut !== true && said.code !== 0) throw failedError(sessionLog(claim, from), host, said);
      const whole = said.stdout.slice(0, said.stdout.lastIndexOf('\n') + 1);
      return {
        lines: whole.split('\n').slice(0, -1),
        cursor: String(from + Buffer.byteLength(whole)),
        more: said.cut === true,
      };
    },
    async tail(host, claim, signal) {
      const { stdout } = await ssh.mustRun(host, sessionTail(claim), repeatable(signal));
      return stdout.split('\n').filter((line) => line !== '');
    },
    async end(host, claim, signal) {
      const result = await ssh.run(host, endSession(claim), { timeoutMs: 40_000, ...repeatable(signal) });
      if (result.code === 0) return;
      throw unreachable(
        `processes of the work ${claim} on ${host} are still there after KILL (exit ${result.code ?? 'unknown'})`,
        `Look with 'ps -ef' on ${host}: they hang in the kernel, or have left their session.`,
      );
    },
  };
}
