import { unreachable } from '../core/errors.ts';
import type { KeySource } from './pinned-keys.ts';
import type { SshLogin } from './ssh-login.ts';

/** How long things may take, and how many at once. */
export interface SshLimits {
  /** From the first packet to the end of the login; default 3 s. */
  readonly connectMs?: number | undefined;
  /** A connection over which nothing ran for so long is closed; default 10 min. */
  readonly idleMs?: number | undefined;
  /** How often to ask whether the other side still lives; two unanswered ones end the connection; default 5 s. */
  readonly keepaliveMs?: number | undefined;
  /** Commands at once over one connection; default 8, as sshd's MaxSessions is 10 (sshd_config(5)). */
  readonly sessions?: number | undefined;
}

/** A host as the inventory names it. */
export interface SshTarget extends KeySource, SshLogin {
  readonly limits?: SshLimits | undefined;
  /** The host to go through. */
  readonly jump?: SshTarget | undefined;
}

export const DEFAULT_LIMITS = { connectMs: 3000, idleMs: 600_000, keepaliveMs: 5000, sessions: 8 } as const;

/** What identifies the way to a host: the same way is connected once. */
export function addressOf({ host, port }: SshTarget): string {
  return `${host}:${port}`;
}

/** `pg1 (10.0.0.11:22)`, with the host between. */
export function wayTo(target: SshTarget): string {
  return `${target.name} (${addressOf(target)}${target.jump ? ` through ${target.jump.name}` : ''})`;
}

/** The error of a host that gives no ssh connection. */
export function noConnection(target: SshTarget, clause: string): Error {
  const { name, jump } = target;
  const from = jump ? `from ${jump.name}` : 'from here';
  return unreachable(`ssh to ${wayTo(target)}: ${clause}`, `Look whether ${name} is up and reachable ${from}.`);
}
