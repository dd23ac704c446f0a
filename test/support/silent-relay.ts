import { connect, createServer, type Server, type Socket } from 'node:net';

/** Relays to a port; once silent, what is open gives no answer any more (as after a host vanished), while new connections work. */
export async function silentRelay(
  target: number,
): Promise<{ port: number; fallSilent(): void; neverAgain(): void; close(): void }> {
  const open = new Set<Socket>();
  let never = false;
  const server: Server = createServer((client) => {
    open.add(client);
    client.on('error', () => undefined);
    if (never) return;
    const upstream = connect(target, '127.0.0.1');
    upstream.on('error', () => undefined);
    open.add(upstream);
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    fallSilent: () => {
      for (const socket of open) socket.unpipe().pause();
    },
    neverAgain: () => {
      never = true;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
