import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import { connectError } from './connect-error.ts';
import { algorithmsOf, sameKey } from './host-key.ts';
import { isRevoked, pinnedKeys } from './pinned-keys.ts';
import { type ExecOptions, NothingSent, type RemoteResult, runOnChannel } from './ssh-channel.ts';
import { prepareLogin } from './ssh-login.ts';
import { DEFAULT_LIMITS, noConnection, type SshTarget } from './ssh-target.ts';

export interface SshConnection {
  readonly isOpen: () => boolean;
  /** Resolves when it has ended, by whatever cause. */
  readonly ended: Promise<void>;
  /** At most `limits.sessions` at once; further ones wait. @throws NothingSent when it ended meanwhile. */
  exec(line: string, options: ExecOptions): Promise<RemoteResult>;
  /** A stream to another host, opened by this one (direct-tcpip, RFC 4254, 7.2). @throws Error when it can't be opened. */
  forward(host: string, port: number): Promise<Duplex>;
  /** Takes no new command and ends when the running ones have. */
  retire(): void;
  close(): void;
}

/**
 * Connects and checks the host's key against the pinned ones before anything secret is said.
 * @param sock the stream to use where the host is reached through another one.
 * @throws TrunklineError: another key (refusal), login refused (refusal), no answer (unreachable).
 */
export async function connectSsh(target: SshTarget, clock: Clock, sock?: Duplex): Promise<SshConnection> {
  const ssh = new NodeSSH();
  const ended = new AbortController();
  let shown: Buffer | undefined;
  const { connectMs = DEFAULT_LIMITS.connectMs, keepaliveMs = DEFAULT_LIMITS.keepaliveMs } = target.limits ?? {};
  clock.sleep(connectMs, ended.signal).then(
    () => ended.abort(new Error('the login took too long')),
    () => undefined,
  );
  try {
    const pinned = await pinnedKeys(target);
    const login = await prepareLogin(target, { nowMs: clock.now(), client: () => ssh.connection, signal: ended.signal });
    try {
      await ssh.connect({
        ...(sock ? { sock } : { host: target.host, port: target.port }),
        ...login.config,
        username: target.user,
        readyTimeout: connectMs,
        keepaliveInterval: keepaliveMs,
        keepaliveCountMax: 2,
        algorithms: { serverHostKey: algorithmsOf(pinned.keys) },
        hostVerifier: (key: Buffer) => {
          shown = key;
          return !isRevoked(pinned, key) && pinned.keys.some(({ blob }) => sameKey(key, blob));
        },
      });
    } catch (error) {
      throw connectError(error, { target, pinned, login, shown, connectMs });
    }
    return over(ssh, target);
  } catch (error) {
    ssh.dispose();
    sock?.destroy();
    throw error;
  } finally {
    ended.abort(new Error('the login is over'));
  }
}

function over(ssh: NodeSSH, target: SshTarget): SshConnection {
  const client = ssh.connection;
  if (!client) throw noConnection(target, 'it closed the connection at once');
  // Node-ssh takes its own listener away when connected; without one a cut would end the process.
  client.on('error', () => undefined);
  // A connection through another host is a channel of that one, which has no such option.
  if (!target.jump) client.setNoDelay(true);
  return overClient(client, target.limits?.sessions ?? DEFAULT_LIMITS.sessions);
}

function overClient(client: Client, sessions: number): SshConnection {
  let open = true;
  let retired = false;
  let active = 0;
  let streams = 0;
  const waiting: (() => void)[] = [];
  // Each command listens for the end of the connection.
  client.setMaxListeners(2 * sessions + 10);
  const ended = new Promise<void>((resolve) => client.on('close', () => resolve()));
  client.on('close', () => {
    open = false;
    for (const go of waiting.splice(0)) go();
  });
  const endIfDone = () => {
    if (retired && active + streams === 0) client.destroy();
  };
  return {
    isOpen: () => open && !retired,
    ended,
    async exec(line, options) {
      while (active >= sessions && open) await new Promise<void>((resolve) => waiting.push(resolve));
      if (!open || retired) throw new NothingSent('the connection ended before the command was sent');
      active += 1;
      try {
        return await runOnChannel(client, line, options);
      } finally {
        active -= 1;
        waiting.shift()?.();
        endIfDone();
      }
    },
    async forward(host, port) {
      const stream = await opened(client, host, port);
      streams += 1;
      // Nobody may listen yet when it breaks.
      stream.on('error', () => undefined);
      stream.once('close', () => {
        streams -= 1;
        endIfDone();
      });
      return stream;
    },
    retire() {
      retired = true;
      endIfDone();
    },
    close: () => client.destroy(),
  };
}

function opened(client: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('it closed the connection'));
    client.once('close', closed);
    try {
      client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
        client.off('close', closed);
        if (error) reject(error);
        else resolve(stream);
      });
    } catch (error) {
      reject(asError(error));
    }
  });
}
