import { refusal, TrunklineError } from '../core/errors.ts';
import { networkClause } from '../core/network-clause.ts';
import { formatDuration } from '../core/units.ts';
import { sameKey, wrongHostKey } from './host-key.ts';
import { isRevoked, type PinnedKeys, revokedHostKey } from './pinned-keys.ts';
import type { PreparedLogin } from './ssh-login.ts';
import { noConnection, type SshTarget } from './ssh-target.ts';

/** What is known when a connection fails. */
export interface FailedConnect {
  readonly target: SshTarget;
  readonly pinned: PinnedKeys;
  readonly login: PreparedLogin;
  /** The key that the host showed, if it came so far. */
  readonly shown: Buffer | undefined;
  readonly connectMs: number;
}

/** The error of ssh2 in words, with what to do. */
export function connectError(error: unknown, { target, pinned, login, shown, connectMs }: FailedConnect): Error {
  const { name } = target;
  const text = error instanceof Error ? error.message : '';
  if (error instanceof TrunklineError) return error;
  if (shown && isRevoked(pinned, shown)) return revokedHostKey(name, shown);
  if (shown && !pinned.keys.some(({ blob }) => sameKey(blob, shown))) return wrongHostKey(name, pinned.keys, shown);
  if (/no matching host key/.test(text)) {
    const types = [...new Set(pinned.keys.map(({ type }) => type))].join(' or ');
    return refusal(
      `${name} has no host key of the configured type ${types}`,
      `Set sshHostKey, or the line of the known_hosts file, to a key that ${name} has.`,
    );
  }
  if (/no matching (key exchange|C->S|S->C)/.test(text))
    return refusal(`${name} speaks no ssh that is safe enough: ${text.slice(0, 100)}`, `Give ${name} an OpenSSH of this decade.`);
  if (/authentication methods failed/.test(text)) return login.refused(name);
  if (/agent refused|agent closed/.test(text))
    return refusal(
      `the ssh agent did not sign for ${name}: ${text}`,
      'See whether the agent is locked or asks somebody to confirm.',
    );
  const late = `no answer within ${formatDuration(connectMs)}`;
  return noConnection(target, /Timed out/.test(text) ? late : (networkClause(error) ?? 'the connection was cut'));
}
