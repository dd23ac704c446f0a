import { refusal, TrunklineError, unreachable } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import type { RemoteCommand } from './remote-commands.ts';
import { ConnectionLost, type RemoteResult, TooMuchOutput } from './ssh-channel.ts';

/** The errors of running a command on a host, in words. */
export function lateError({ name }: RemoteCommand, host: string, timeoutMs: number): TrunklineError {
  return unreachable(`'${name}' on ${host} gave no answer within ${formatDuration(timeoutMs)}`, `Look whether ${host} is up.`);
}

/** Whether sudo, and not the command, said no (sudo(8), plugins/sudoers). */
export function sudoRefused({ as }: RemoteCommand, { code, stderr }: RemoteResult): boolean {
  if (as === 'trunkline' || code !== 1) return false;
  return /^sudo: .*(password|sorry|terminal)|is not allowed to (run|execute)|may not run sudo|not in the sudoers file/m.test(
    stderr,
  );
}

export function sudoError({ name, as }: RemoteCommand, host: string): TrunklineError {
  return refusal(
    `sudo refused: the host ${host} does not grant '${name}' as ${as}`,
    `Print what is needed with 'trunkline sudoers' and put it into /etc/sudoers.d/trunkline on ${host}.`,
  );
}

export function failedError({ name }: RemoteCommand, host: string, result: RemoteResult): TrunklineError {
  const { code, signal, stderr, stdout } = result;
  const said = (stderr.trim() || stdout.trim())
    .split('\n')
    .slice(-3)
    .join(' / ')
    .replace(/\p{Cc}/gu, ' ')
    .slice(-400);
  const how = code === undefined ? `ended by ${signal ?? 'a signal'}` : `exit ${code}`;
  return refusal(
    `'${name}' on ${host} failed (${how}): ${said || 'it said nothing'}`,
    `Put right on ${host} what it says, then ask again.`,
  );
}

/** What a person is told of any error of a run. */
export function runError(error: unknown, { name }: RemoteCommand, host: string): unknown {
  if (error instanceof TrunklineError) return error;
  if (error instanceof TooMuchOutput)
    return refusal(`'${name}' on ${host} answered more than 1 MiB`, `Look at what ${host} answers; nothing of it was used.`);
  if (error instanceof ConnectionLost)
    return unreachable(`the connection to ${host} was cut while '${name}' ran`, `Look whether ${host} is up, and what it did.`);
  return error;
}
