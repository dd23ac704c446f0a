import { chmodSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onParentGone } from './parent.ts';

/** One end of a relay: `tcp:127.0.0.1:8080` or `unix:/run/trunkline-lab/page.sock`. */
export type Endpoint = string;

export interface Relay {
  /** Where it listens; with port 0, the one that was taken. */
  readonly listening: Endpoint;
  stop(): Promise<void>;
}

/**
 * Passes every connection on, byte for byte. Two of them carry the page out of a network namespace: a UNIX socket is a file, so
 * one inside listens on it and leads to the front, and one outside listens on 127.0.0.1 and leads to it. The Host header stays as
 * the browser sent it, so the front still judges it. Throws when the address is taken.
 */
export async function startRelay(options: { listen: Endpoint; to: Endpoint }): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(addressOf(options.to));
    for (const [from, into] of [[socket, onward] as const, [onward, socket] as const]) {
      open.add(from);
      from.pipe(into);
      from.on('error', () => into.destroy());
      from.on('close', () => {
        open.delete(from);
        into.destroy();
      });
    }
  });
  const at = addressOf(options.listen);
  if ('path' in at) rmSync(at.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
  if ('path' in at) chmodSync(at.path, 0o600);
  const taken = 'path' in at ? options.listen : `tcp:${at.host}:${(server.address() as AddressInfo).port}`;
  return {
    listening: taken,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

type Address = { readonly path: string } | { readonly host: string; readonly port: number };

function addressOf(endpoint: string): Address {
  const unix = /^unix:(.+)$/.exec(endpoint)?.[1];
  if (unix) return { path: unix };
  const [, host, port] = /^tcp:([^:]+):(\d+)$/.exec(endpoint) ?? [];
  if (!host) throw new Error(`"${endpoint}" is no address: write tcp:HOST:PORT or unix:PATH.`);
  return { host, port: Number(port) };
}

/** `relay.ts LISTEN TO`: runs until it is told to end, or until whoever started it with a pipe as standard input is gone. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [listen = '', to = ''] = process.argv.slice(2);
  const relay = await startRelay({ listen, to });
  const end = (): void => void relay.stop().then(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
  onParentGone(end);
  process.stdout.write(`${relay.listening}\n`);
}
