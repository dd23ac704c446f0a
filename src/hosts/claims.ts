import { unreachable } from '../core/errors.ts';
import { claim, readClaimResult, syncClaims, writeClaimResult } from './remote-commands.ts';
import type { SshPool } from './ssh-pool.ts';

/** Claims on the hosts acted on, which keep an act from happening twice whatever happens to the one who asked. */
export interface Claims {
  /**
   * 'ours' once in the life of the host, then 'taken' for ever, also after a reboot.
   * @throws TrunklineError when it is not known whether it was taken: the act must not be done then.
   */
  claim(host: string, id: string, signal?: AbortSignal): Promise<'ours' | 'taken'>;
  /** Writes what the claimed act came to. May be repeated. */
  writeResult(host: string, id: string, text: string, signal?: AbortSignal): Promise<void>;
  /** `undefined` while there is none. */
  readResult(host: string, id: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** A claim is a folder under /var/lib/trunkline/claims: mkdir succeeds for one caller (mkdir(2)), and is synced before the act. */
export function createClaims(ssh: SshPool): Claims {
  const passed = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

  async function readResult(host: string, id: string, signal?: AbortSignal): Promise<string | undefined> {
    const { code, stdout } = await ssh.run(host, readClaimResult(id), { mayRepeat: true, ...passed(signal) });
    return code === 0 ? stdout : undefined;
  }

  return {
    readResult,
    async claim(host, id, signal) {
      // A harmless question first: it replaces a dead connection, which mkdir, asked once only, could not survive.
      if ((await readResult(host, id, signal)) !== undefined) return 'taken';
      const made = await ssh.run(host, claim(id), passed(signal));
      if (made.code === 0) {
        await ssh.mustRun(host, syncClaims(), { mayRepeat: true, ...passed(signal) });
        return 'ours';
      }
      if (/File exists/.test(made.stderr)) return 'taken';
      throw unreachable(
        `no claim could be made on ${host}: ${made.stderr.trim().slice(0, 200) || 'mkdir said nothing'}`,
        `Look at /var/lib/trunkline/claims on ${host}: it must be a folder that the login user owns, with space left.`,
      );
    },
    async writeResult(host, id, text, signal) {
      await ssh.mustRun(host, writeClaimResult(id), { stdin: text, mayRepeat: true, ...passed(signal) });
    },
  };
}
