import { connectSsh, type SshConnection, type SshTarget } from './ssh-connection.ts';

/** One open connection a host, made when first asked for and again after it ended. */
export interface KeptConnections {
  has(host: string): boolean;
  /** @throws TrunklineError as `connectSsh` does. */
  get(target: SshTarget): Promise<SshConnection>;
  close(): void;
}

export function createKeptConnections(): KeptConnections {
  const connections = new Map<string, Promise<SshConnection>>();

  async function get(target: SshTarget): Promise<SshConnection> {
    const kept = connections.get(target.name);
    if (kept && (await kept).isOpen()) return kept;
    // While that was awaited, another command may have connected anew.
    if (connections.get(target.name) !== kept) return get(target);
    const fresh = connectSsh(target);
    connections.set(target.name, fresh);
    fresh.catch(() => {
      if (connections.get(target.name) === fresh) connections.delete(target.name);
    });
    return fresh;
  }

  return {
    has: (host) => connections.has(host),
    get,
    close() {
      for (const kept of connections.values()) kept.then((open) => open.close()).catch(() => undefined);
      connections.clear();
    },
  };
}
