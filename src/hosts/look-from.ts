import { unreachable } from '../core/errors.ts';
import type { Seen } from '../core/sighting.ts';
import type { HostLayout } from './host-layout.ts';
import { askRest, isReady, type LookTarget } from './look-commands.ts';
import type { RemoteResult } from './ssh-channel.ts';
import type { SshPool } from './ssh-pool.ts';

const POSTGRES: Readonly<Record<number, Seen['postgres']>> = { 0: 'accepts', 1: 'rejects', 2: 'silent' };
/** curl: host not resolved, connection failed, no answer in time. */
const SILENT = [6, 7, 28];
/** curl is not there, can not be run, or was called wrongly. */
const NOT_ASKED = [2, 126, 127];

/**
 * What a host sees of another host's PostgreSQL and Patroni, both asked at once.
 * @throws TrunklineError when the host does not answer or lacks the programs.
 */
export async function lookFrom(
  ssh: SshPool,
  from: string,
  { layout, target, timeoutMs }: { readonly layout: HostLayout; readonly target: LookTarget; readonly timeoutMs: number },
): Promise<Seen> {
  const how = { timeoutMs, mayRepeat: true };
  const [ready, rest] = await Promise.all([ssh.run(from, isReady(layout, target), how), ssh.run(from, askRest(target), how)]);
  const postgres = POSTGRES[ready.code ?? -1];
  if (postgres === undefined) throw failed('pg_isready', from, ready);
  if (rest.code === undefined || NOT_ASKED.includes(rest.code)) throw failed('curl', from, rest);
  return { postgres, rest: SILENT.includes(rest.code) ? 'silent' : 'answers' };
}

function failed(program: string, from: string, { code, stderr }: RemoteResult): Error {
  return unreachable(
    `${program} failed on ${from}: ${stderr.trim().slice(0, 200) || `exit ${code ?? 'unknown'}`}`,
    `See that ${program} is installed on ${from}, and that binDirectory of the member is right.`,
  );
}
