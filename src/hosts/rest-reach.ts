import type { RestReach } from '../core/rest-reach.ts';

/** What curl's ends mean for the way there (curl(1), EXIT CODES). */
const NO_WAY: Readonly<Record<number, string>> = {
  5: 'its proxy has no known name',
  6: 'its name is not known there',
  7: 'the connection is refused or there is no way to it',
  28: 'no answer within 2 s',
};
const NO_PROGRAM = [126, 127];

/**
 * Whether the probe came to Patroni's port. Any answer by HTTP is one; so is a TLS that wants more than the probe has.
 * @throws Error with a clause when curl can't be run there.
 */
export function restReachOf({ code, stdout }: { readonly code?: number | undefined; readonly stdout: string }): RestReach {
  if (code === undefined || NO_PROGRAM.includes(code)) throw new Error('curl could not be run there');
  const why = NO_WAY[code];
  if (why !== undefined) return { connects: false, says: why };
  return { connects: true, says: code === 0 ? `answer ${stdout.trim().slice(0, 3)}` : `curl connects and ends with ${code}` };
}
