import { unreachable } from '../core/errors.ts';
import { claim, cleanClaims, listClaim, readClaimResult, syncClaims, writeClaimResult } from './remote-commands.ts';
import type { SshPool } from './ssh-pool.ts';

/** Claims on the hosts acted on, which keep an act from happening twice whatever happens to the one who asked. */
export interface Claims {
  /**
   * 'ours' once in the life of the host, then 'taken' for ever, also after a reboot.
   * @throws TrunklineError when it is not known whether it was taken: the act must not be done then.
   */
  claim(host: string, id: string, signal?: AbortSignal): Promise<'ours' | 'taken'>;
  /** Writes what becomes of the claimed act, unless somebody has written that: the first word stays. May be repeated. */
  writeResult(host: string, id: string, text: string, signal?: AbortSignal): Promise<void>;
  /** @throws TrunklineError when it can't be read: then it is not known whether it was taken. */
  read(host: string, id: string, signal?: AbortSignal): Promise<ClaimState>;
  /** Deletes those that are older than 30 days, longer than any run is kept waiting. */
  clean(host: string, signal?: AbortSignal): Promise<void>;
}

/** What is known of a claim: nobody has it; somebody has it and what came of it is not known; or what came of it. */
export type ClaimState =
  | { readonly state: 'free' }
  | { readonly state: 'taken' }
  | { readonly state: 'taken'; readonly result: string };

/** A claim is a folder under /var/lib/trunkline/claims: mkdir succeeds for one caller (mkdir(2)), and is synced before the act. */
export function createClaims(ssh: SshPool): Claims {
  const passed = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

  async function read(host: string, id: string, signal?: AbortSignal): Promise<ClaimState> {
    const { code, stdout, stderr } = await ssh.run(host, listClaim(id), { mayRepeat: true, ...passed(signal) });
    if (code === 2 && /No such file/.test(stderr)) return { state: 'free' };
    if (code !== 0) throw unreadable(host, stderr);
    if (!stdout.split('\n').includes('result')) return { state: 'taken' };
    const result = await ssh.mustRun(host, readClaimResult(id), { mayRepeat: true, ...passed(signal) });
    return { state: 'taken', result: result.stdout };
  }

  return {
    read,
    async claim(host, id, signal) {
      // A harmless question first: it replaces a dead connection, which mkdir, asked once only, could not survive.
      if ((await read(host, id, signal)).state === 'taken') return 'taken';
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
    async clean(host, signal) {
      await ssh.mustRun(host, cleanClaims(), { timeoutMs: 30_000, mayRepeat: true, ...passed(signal) });
    },
  };
}

function unreadable(host: string, said: string) {
  return unreachable(
    `the claims on ${host} cannot be read: ${said.trim().slice(0, 200) || 'ls said nothing'}`,
    `Look at /var/lib/trunkline/claims on ${host}: it must be a folder that the login user owns.`,
  );
}
