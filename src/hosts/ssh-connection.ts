import { readFile } from 'node:fs/promises';
import { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import { refusal, TrunklineError, unreachable } from '../core/errors.ts';
import { codeOf, networkClause } from '../core/network-clause.ts';
import { algorithmsOf, type HostKey, sameKey, wrongHostKey } from './host-key.ts';
import { NothingSent, type RemoteResult, runOnChannel } from './ssh-channel.ts';

/** A host as the inventory names it. */
export interface SshTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Read at each connect, so a changed key needs no restart. */
  readonly privateKeyFile: string;
  readonly hostKey: HostKey;
}

export interface SshConnection {
  readonly isOpen: () => boolean;
  /** At most 8 at once, as sshd's MaxSessions is 10 (sshd_config(5)); further ones wait. @throws NothingSent when it ended meanwhile. */
  exec(line: string, options: { readonly stdin?: string | undefined; readonly signal: AbortSignal }): Promise<RemoteResult>;
  /** Takes no new command and ends when the running ones have. */
  retire(): void;
  close(): void;
}

const CONNECT_MS = 3000;
const MOST_CHANNELS = 8;

/**
 * Connects and checks the host's key against the pinned one before anything secret is said.
 * @throws TrunklineError: another key (refusal), login refused (refusal), no answer (unreachable).
 */
export async function connectSsh(target: SshTarget): Promise<SshConnection> {
  const ssh = new NodeSSH();
  let shown: Buffer | undefined;
  try {
    await ssh.connect({
      host: target.host,
      port: target.port,
      username: target.user,
      privateKey: await privateKey(target),
      readyTimeout: CONNECT_MS,
      keepaliveInterval: 5000,
      keepaliveCountMax: 2,
      algorithms: { serverHostKey: algorithmsOf(target.hostKey) },
      hostVerifier: (key: Buffer) => {
        shown = key;
        return sameKey(key, target.hostKey.blob);
      },
    });
  } catch (error) {
    ssh.dispose();
    throw connectError(error, target, shown);
  }
  const client = ssh.connection;
  if (!client) throw unreachable(`${target.name} closed the connection at once`, `Look at the log of sshd on ${target.name}.`);
  // Node-ssh takes its own listener away when connected; without one a cut would end the process.
  client.on('error', () => undefined);
  client.setNoDelay(true);
  return overClient(client);
}

function overClient(client: Client): SshConnection {
  let open = true;
  let retired = false;
  let active = 0;
  const waiting: (() => void)[] = [];
  client.on('close', () => {
    open = false;
    for (const go of waiting.splice(0)) go();
  });
  const left = () => {
    active -= 1;
    waiting.shift()?.();
    if (retired && active === 0) client.destroy();
  };
  return {
    isOpen: () => open && !retired,
    async exec(line, options) {
      while (active >= MOST_CHANNELS && open) await new Promise<void>((resolve) => waiting.push(resolve));
      if (!open || retired) throw new NothingSent('the connection ended before the command was sent');
      active += 1;
      try {
        return await runOnChannel(client, line, options);
      } finally {
        left();
      }
    },
    retire() {
      retired = true;
      if (active === 0) client.destroy();
    },
    close: () => client.destroy(),
  };
}

async function privateKey({ privateKeyFile }: SshTarget): Promise<string> {
  try {
    return await readFile(privateKeyFile, 'utf8');
  } catch (error) {
    throw refusal(
      `the ssh key ${privateKeyFile} cannot be read (${codeOf(error) ?? 'unknown reason'})`,
      'Make it readable for the user that Trunkline runs as, and for nobody else.',
    );
  }
}

function connectError(error: unknown, target: SshTarget, shown: Buffer | undefined): unknown {
  const { name, host, port, user, hostKey } = target;
  const text = error instanceof Error ? error.message : '';
  if (error instanceof TrunklineError) return error;
  if (shown && !sameKey(shown, hostKey.blob)) return wrongHostKey(name, hostKey, shown);
  if (/no matching host key/.test(text))
    return refusal(`${name} has no host key of the configured type ${hostKey.type}`, `Set sshHostKey to a key that ${name} has.`);
  if (/authentication methods failed/.test(text))
    return refusal(
      `ssh refused the key of ${user} on ${name}`,
      `Add the public key to ~${user}/.ssh/authorized_keys on ${name}.`,
    );
  if (/[Cc]annot parse privateKey/.test(text))
    return refusal('the ssh key is no private key, or has a passphrase', 'Give a key in OpenSSH form without a passphrase.');
  const clause = /Timed out/.test(text) ? 'no answer within 3 s' : (networkClause(error) ?? 'the connection was cut');
  return unreachable(`ssh to ${name} (${host}:${port}): ${clause}`, `Look whether ${name} is up and reachable from here.`);
}
