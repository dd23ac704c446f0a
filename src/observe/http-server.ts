import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { asError, refusal, type TrunklineError } from '../core/errors.ts';
import { codeOf } from '../core/network-clause.ts';

/** One part that must work for Trunkline to be useful, and how it is. */
export interface Part {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly parts: () => readonly Part[];
}

/** A server that was started. */
export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * `/healthz` (200 while the process lives), `/readyz` (200 when every part works, else 503; the parts as JSON) and `/metrics`.
 * @throws Refusal when the port can not be opened.
 */
export async function startHttpServer({ host, port, registry, parts }: HttpServerOptions): Promise<HttpServer> {
  const routes: Readonly<Record<string, () => Promise<Answer>>> = {
    '/healthz': async () => ({ status: 200, type: 'text/plain', body: 'alive\n' }),
    '/readyz': async () => readiness(parts()),
    '/metrics': async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }),
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const route = request.method === 'GET' || request.method === 'HEAD' ? routes[path] : undefined;
    const answer = route
      ? route()
      : Promise.resolve({ status: 404, type: 'text/plain', body: 'try /healthz, /readyz or /metrics\n' });
    answer
      .catch((thrown: unknown) => ({ status: 500, type: 'text/plain', body: `${asError(thrown).message}\n` }))
      .then(
        ({ status, type, body }) => {
          response.writeHead(status, { 'content-type': type });
          response.end(body);
        },
        () => response.destroy(),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portError(error: Error, host: string, port: number): TrunklineError {
  const why = codeOf(error) === 'EADDRINUSE' ? 'another program has it' : error.message;
  return refusal(
    `port ${port} of ${host} for health and metrics can not be opened: ${why}`,
    'Set http.port in the configuration to a free port, or end the other program.',
  );
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function readiness(parts: readonly Part[]): Answer {
  const ready = parts.every(({ ok }) => ok);
  return { status: ready ? 200 : 503, type: 'application/json', body: `${JSON.stringify({ ready, parts })}\n` };
}
