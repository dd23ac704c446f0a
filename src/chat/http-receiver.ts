import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import type { Clock } from '../core/clock.ts';
import { asError, refusal } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { codeOf } from '../core/network-clause.ts';
import { boltLog } from './bolt-log.ts';
import { createMemory, type Memory } from './once.ts';
import { readBody } from './read-body.ts';
import type { Intake } from './socket-receiver.ts';

export interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly port: number;
  /** All interfaces when absent; put a TLS proxy before it. */
  readonly host?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Told why a request was refused. */
  readonly refused?: ((why: string) => void) | undefined;
}

export const EVENTS_PATH = '/slack/events';
/** Slack signs with the time; Bolt refuses what is older than 5 min, and takes what is from the future. */
const FUTURE_MS = 60_000;
const SIGNATURE_KEPT_MS = 10 * 60_000;
const CLOSE_WITHIN_MS = 2000;

/** Signed HTTP. Bolt verifies the signature; a request from the future and one that was seen before are refused here. */
export function createHttpReceiver({ signingSecret, port, host, clock, log, refused }: HttpReceiverOptions): Intake {
  const signatures = createMemory(clock);
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: EVENTS_PATH,
    logger: boltLog(log),
    // Called for verified requests only: a forged one can not use up a signature.
    customPropertiesExtractor: ({ headers }) => ({
      receivedAtMs: clock.now(),
      replayed: signatures.seen(hashOf(headers), SIGNATURE_KEPT_MS),
    }),
    processEventErrorHandler: async ({ error }) => {
      log.error('a request could not be processed', { why: error.message });
      return false;
    },
  });
  const server = createServer((request, response) => {
    const refuse = (status: number, why: string) => {
      log.warn('a request was refused', { why });
      refused?.(why);
      end(response, status);
    };
    const why = refusedBecause(request, clock, signatures);
    if (why !== undefined) return refuse(401, why);
    response.once('finish', () => {
      if (response.statusCode === 401) refused?.('its signature is wrong or its time is past');
    });
    if (request.method !== 'POST' || request.url?.split('?')[0] !== EVENTS_PATH) return end(response, 404);
    void readBody(request).then((body) =>
      body.ok ? pass(receiver.requestListener, body.request, response) : refuse(body.status, body.why),
    );
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  return {
    init: (app) => receiver.init(app),
    start: () => listen(server, port, host),
    stop: () => close(server, clock),
    connections: () => ({ open: server.listening ? 1 : 0, wanted: 1 }),
    appId: () => undefined,
  };
}

function refusedBecause({ headers }: IncomingMessage, clock: Clock, signatures: Memory): string | undefined {
  const sentMs = Number(headers['x-slack-request-timestamp']) * 1000;
  if (sentMs > clock.now() + FUTURE_MS) return 'its time is in the future';
  return signatures.has(hashOf(headers)) ? 'it was already received' : undefined;
}

/** Bolt reads no further than a second `=`, so what stands behind it must not make another signature of the same one. */
function hashOf({ 'x-slack-signature': signature }: IncomingHttpHeaders): string {
  return String(signature).split('=')[1] ?? '';
}

function pass(listener: RequestListener, request: IncomingMessage, response: ServerResponse): void {
  try {
    listener(request, response);
  } catch {
    // Bolt throws for every path that is not its own.
    end(response, 404);
  }
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status);
  response.end();
}

function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const why = codeOf(error) === 'EADDRINUSE' ? 'another program has it' : asError(error).message;
      reject(
        refusal(
          `port ${port} for Slack's requests can not be opened: ${why}`,
          'Set slack.port in the configuration to a free port.',
        ),
      );
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
}

async function close(server: Server, clock: Clock): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, clock.sleep(CLOSE_WITHIN_MS)]);
  server.closeAllConnections();
  await closed;
}
