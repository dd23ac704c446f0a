import type { Duplex } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import { type ConnectGate, createConnectGate } from './connect-gate.ts';
import { connectSsh, type SshConnection } from './ssh-connection.ts';
import { addressOf, DEFAULT_LIMITS, noConnection, type SshTarget } from './ssh-target.ts';

/** One open connection a host, made when first asked for and again after it ended. */
export interface KeptConnections {
  has(host: string): boolean;
  /** @throws TrunklineError as `connectSsh` does. */
  get(target: SshTarget): Promise<SshConnection>;
  close(): void;
}

/** Shared by all pools of the process, as many clusters can go through one jump host. */
const allConnects = createConnectGate();

export function createKeptConnections(clock: Clock, gate: ConnectGate = allConnects): KeptConnections {
  const connections = new Map<string, Promise<SshConnection>>();

  async function get(target: SshTarget, key = target.name): Promise<SshConnection> {
    const kept = connections.get(key);
    if (kept && (await kept).isOpen()) return kept;
    // While that was awaited, another command may have connected anew.
    if (connections.get(key) !== kept) return get(target, key);
    const fresh = connect(target);
    connections.set(key, fresh);
    fresh.catch(() => {
      if (connections.get(key) === fresh) connections.delete(key);
    });
    return fresh;
  }

  async function connect(target: SshTarget): Promise<SshConnection> {
    const { jump } = target;
    const between = jump ? await get(jump, `through ${jump.user}@${addressOf(jump)}`) : undefined;
    return gate.through(addressOf(target), async () => {
      const stream = between && (await forwarded(between, target, clock));
      return endedWhenIdle(await connectSsh(target, clock, stream), target, clock);
    });
  }

  return {
    has: (host) => connections.has(host),
    get: (target) => get(target),
    close() {
      for (const kept of connections.values()) kept.then((open) => open.close()).catch(() => undefined);
      connections.clear();
    },
  };
}

async function forwarded(between: SshConnection, target: SshTarget, clock: Clock): Promise<Duplex> {
  const connectMs = target.limits?.connectMs ?? DEFAULT_LIMITS.connectMs;
  const opening = between.forward(target.host, target.port);
  const over = new AbortController();
  const late = clock.sleep(connectMs, over.signal).then(() => undefined);
  late.catch(() => undefined);
  try {
    const stream = await Promise.race([opening, late]);
    if (stream) return stream;
  } catch (error) {
    return notForwarded(target, error);
  } finally {
    over.abort(new Error('the stream is open'));
  }
  opening.then((stream) => stream.destroy()).catch(() => undefined);
  const jump = target.jump?.name ?? 'the jump host';
  throw noConnection(target, `${jump} could not connect to it within ${formatDuration(connectMs)}`);
}

/** RFC 4254, 5.1: 1 the jump host forbids it, 2 it could not connect. */
function notForwarded(target: SshTarget, error: unknown): never {
  if (error instanceof TrunklineError) throw error;
  const { reason } = Object.assign({ reason: undefined }, error);
  const jump = target.jump?.name ?? 'the jump host';
  if (reason === 1) throw noConnection(target, `${jump} does not forward (AllowTcpForwarding or PermitOpen in its sshd_config)`);
  if (reason === 2) throw noConnection(target, `${jump} could not connect to it`);
  throw noConnection(target, asError(error).message);
}

/** The connection, retired once nothing ran over it for long; what comes later connects anew. */
function endedWhenIdle(connection: SshConnection, { limits }: SshTarget, clock: Clock): SshConnection {
  const idleMs = limits?.idleMs ?? DEFAULT_LIMITS.idleMs;
  let timer = new AbortController();
  let busy = 0;
  const wait = () => {
    timer = new AbortController();
    clock.sleep(idleMs, timer.signal).then(
      () => connection.retire(),
      () => undefined,
    );
  };
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    timer.abort();
    busy += 1;
    try {
      return await work();
    } finally {
      busy -= 1;
      if (busy === 0 && connection.isOpen()) wait();
    }
  };
  wait();
  connection.ended.then(
    () => timer.abort(),
    () => undefined,
  );
  return {
    isOpen: connection.isOpen,
    ended: connection.ended,
    exec: (line, options) => during(() => connection.exec(line, options)),
    forward: (host, port) => during(() => connection.forward(host, port)),
    retire() {
      timer.abort();
      connection.retire();
    },
    close() {
      timer.abort();
      connection.close();
    },
  };
}
