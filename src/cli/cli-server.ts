import { chmodSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { asError, refusal, type TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { codeOf } from '../core/network-clause.ts';
import type { Answer } from './answer.ts';
import { clearSocket } from './clear-socket.ts';
import { CLI_PATH } from './request.ts';

/** A host and port, or the path of a UNIX socket. */
export type CliPlace = { readonly host: string; readonly port: number } | { readonly socket: string };

/** One request that waits for its answers. */
export interface Asking {
  readonly body: string;
  /** Each answer is a line; the first one decides the HTTP status. */
  send(answer: Answer, status?: number): void;
  /** Aborted when the asker is gone or the bot stops. */
  readonly gone: AbortSignal;
}

export interface CliServerOptions {
  readonly place: CliPlace;
  /** Must not reject. */
  readonly answer: (asking: Asking) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CliServer {
  stop(): Promise<void>;
}

const MOST_BYTES = 64 * 1024;
/** A sender that dawdles is cut off. */
const LIMITS = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000, keepAliveTimeout: 1000 };
const MOST_CONNECTIONS = 64;
/** An empty line so often tells who waits that the bot lives. */
const SIGN_OF_LIFE_MS = 5000;
const GOODBYE_MS = 2000;

/**
 * Listens for signed requests. A socket is for its owner and group (0660).
 * @throws Refusal when the place can not be opened.
 */
export async function startCliServer({ place, answer, clock, log }: CliServerOptions): Promise<CliServer> {
  const stopping = new AbortController();
  const work = new Set<Promise<void>>();
  const server = createServer({ ...LIMITS, maxHeaderSize: 8192 }, (request, response) => {
    const task = serve(request, response).catch((error: unknown) => {
      log.warn('a request of the command line could not be answered', { why: asError(error).message });
      response.destroy();
    });
    work.add(task);
    void task.finally(() => work.delete(task));
  });
  server.maxConnections = MOST_CONNECTIONS;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = request.url?.split('?')[0] !== CLI_PATH ? 404 : request.method !== 'POST' ? 405 : undefined;
    if (status !== undefined) return end(response, status);
    const body = await bodyOf(request);
    if (body === undefined) return end(response, 413);
    const left = new AbortController();
    response.once('close', () => left.abort());
    const stopLife = clock.every(
      SIGN_OF_LIFE_MS,
      async () => void (response.headersSent && response.write('\n')),
      () => undefined,
    );
    const send: Asking['send'] = (one, code = 200) => {
      if (!response.headersSent)
        response.writeHead(code, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
      response.write(`${JSON.stringify(one)}\n`);
    };
    await answer({ body, send, gone: AbortSignal.any([left.signal, stopping.signal]) }).finally(stopLife);
    response.end();
  }

  await listen(server, place);
  return {
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([Promise.all(work), clock.sleep(GOODBYE_MS)]);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** `undefined` when it is too long; the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}

async function listen(server: Server, place: CliPlace): Promise<void> {
  if ('socket' in place) await clearSocket(place.socket);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(notOpened(error, place)));
    server.listen('socket' in place ? { path: place.socket } : place, () => resolve());
  });
  // Made by the umask for its owner at most; only now for the group as well.
  if ('socket' in place) chmodSync(place.socket, 0o660);
}

function notOpened(error: Error, place: CliPlace): TrunklineError {
  const why = codeOf(error) === 'EADDRINUSE' ? 'another program has it' : error.message;
  const [what, key] =
    'socket' in place ? [`the socket ${place.socket}`, 'cli.socket'] : [`port ${place.port} of ${place.host}`, 'cli.port'];
  return refusal(`${what} for the command line can not be opened: ${why}`, `Set ${key} in the configuration to a free one.`);
}
