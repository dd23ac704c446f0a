import { unreachable } from '../core/errors.ts';
import { type HaproxySocket, setHealth, showServers } from './haproxy-commands.ts';
import { repeatable } from './repeatable.ts';
import type { SshPool } from './ssh-pool.ts';

/** The runtime socket of one HAProxy, over ssh. */
export interface HaproxyHost {
  /**
   * Says that `up` takes writes and `down` does not, until the next health checks say so themselves.
   * @throws Unreachable when HAProxy refuses, or when the administrative state of a server is another one afterwards.
   */
  lead(up: string, down: string, signal?: AbortSignal): Promise<void>;
}

export function createHaproxyHost(ssh: SshPool, name: string, at: HaproxySocket): HaproxyHost {
  const admin = async (signal?: AbortSignal) =>
    parseAdminStates((await ssh.mustRun(name, showServers(at), repeatable(signal))).stdout);
  const say = async (up: string, down: string, signal?: AbortSignal) => {
    const { stdout } = await ssh.mustRun(name, setHealth(at, { up, down }), repeatable(signal));
    const said = stdout.trim();
    // HAProxy says nothing when it has done it.
    if (said !== '') throw unreachable(`HAProxy on ${name} refused: ${said.slice(0, 200)}`, 'Its health checks will do it.');
  };
  return {
    async lead(up, down, signal) {
      const before = admin(signal);
      // Awaited below; a rejection that comes earlier would be nobody's and end the process.
      before.catch(() => undefined);
      await say(up, down, signal);
      const [was, is] = [await before, await admin(signal)];
      const changed = [...was].filter(([server, state]) => is.get(server) !== state).map(([server]) => server);
      if (changed.length > 0)
        throw unreachable(
          `the administrative state of ${changed.join(', ')} in HAProxy on ${name} is not as before`,
          'Look at `show servers state` there: somebody else changes it.',
        );
    },
  };
}

/** Server -> srv_admin_state of `show servers state` (management guide, 9.3): bits of maintenance and drain. @throws Error. */
export function parseAdminStates(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const header =
    lines
      .find((line) => line.startsWith('# '))
      ?.slice(2)
      .split(' ') ?? [];
  const [name, state] = [header.indexOf('srv_name'), header.indexOf('srv_admin_state')];
  if (name < 0 || state < 0) throw new Error('HAProxy answered something else than the state of its servers');
  const rows = lines.filter((line) => !line.startsWith('#') && line.includes(' ')).map((line) => line.split(' '));
  return new Map(rows.map((row) => [row[name] ?? '', row[state] ?? '']));
}
