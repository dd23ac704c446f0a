import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlPath, openControl } from './control.ts';
import { type Deliverer, openDeliverer } from './delivery.ts';
import { type Expectations, openExpectations } from './expectations.ts';
import { openFaults } from './faults.ts';
import { strike } from './fault-response.ts';
import { isWelcome } from './guard.ts';
import { sendJson } from './http.ts';
import { answerUpstream, incomingPath } from './incoming.ts';
import { openJournal } from './journal.ts';
import { openPageProxy, type PageProxy } from './page-proxy.ts';
import { answerResponseUrl, isResponseUrl } from './response-url.ts';
import type { Seed } from './seed.ts';
import { openSocketMode, type SocketMode } from './socket-mode.ts';
import type { FrontState } from './state.ts';
import { startUpstream, type Upstream } from './upstream.ts';
import { answerCall } from './web-api.ts';

export interface FrontOptions {
  readonly seed: Seed;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Called when local-slack dies; the workspace is of no use then. */
  readonly onExit: (why: string) => void;
}

export interface Front {
  /** Where bot, page and tests reach it, such as `http://127.0.0.1:8080`. */
  readonly origin: string;
  stop(): Promise<void>;
}

interface Parts {
  readonly state: FrontState;
  readonly sockets: SocketMode;
  readonly deliverer: Deliverer;
  readonly expectations: Expectations;
  readonly pages: PageProxy;
  readonly control: ReturnType<typeof openControl>;
}

/** Starts local-slack and the front before it. Throws when the port is taken or local-slack does not come up. */
export async function startFront({ seed, host, port, onExit }: FrontOptions): Promise<Front> {
  const server = createServer();
  server.keepAliveTimeout = 60_000;
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  const origin = `http://${host}:${taken}`;
  const upstream = await startUpstream({ seed, frontOrigin: origin, deliverTo: incomingPath, onExit }).catch((error: unknown) => {
    server.close();
    throw error;
  });
  const parts = assemble(seed, origin, upstream);
  const welcome = (request: IncomingMessage): boolean => isWelcome(request, taken, [host]);
  server.on('request', (request, response) => {
    if (welcome(request)) void serve(parts, request, response);
    else sendJson(response, 403, { ok: false, error: 'This address is not the workspace: use 127.0.0.1 or localhost.' });
  });
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '/';
    if (!welcome(request)) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else if (path.startsWith('/link')) parts.sockets.upgrade(request, socket, head);
    else if (path === '/ui') parts.pages.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
  return { origin, stop: () => stop(parts, server) };
}

function assemble(seed: Seed, origin: string, upstream: Upstream): Parts {
  const journal = openJournal();
  const faults = openFaults((method, does) => journal.add('fault', { method, kind: does.kind }));
  const state: FrontState = {
    seed,
    upstream,
    journal,
    faults,
    origin,
    settings: { triggerTtl: 3000, ackTimeout: 3000 },
    direct: new Map(),
    notes: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    views: new Map(),
    reactions: new Set(),
    upstreamTrigger: '',
  };
  const sockets = openSocketMode(seed.app, journal);
  const deliverer = openDeliverer(state, sockets);
  const expectations = openExpectations();
  const pages = openPageProxy(state, sockets, () => deliverer.route);
  return { state, sockets, deliverer, expectations, pages, control: openControl({ state, deliverer, expectations }, sockets) };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await answer(parts, new URL(request.url ?? '/', parts.state.origin), request, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { ok: false, error: 'internal_error', why: String(error) });
  }
}

async function answer(parts: Parts, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { state } = parts;
  const { pathname } = url;
  if (pathname.startsWith('/api/')) return answerCall(state, parts.sockets, url, request, response);
  if (isResponseUrl(pathname)) return answerResponseUrl(state, pathname, request, response);
  if (pathname.startsWith(controlPath)) return parts.control(pathname, request, response);
  if (pathname === incomingPath) return answerUpstream(parts, request, response);
  if (/^\/(_control|_hooks|socket)(\/|$)/.test(pathname)) return sendJson(response, 404, { ok: false, error: 'not_found' });
  const fault = pathname.startsWith('/upload/') ? state.faults.take('upload') : undefined;
  if (fault && (await strike(fault, response))) return;
  await parts.pages.pass(request, response);
}

async function stop({ sockets, pages, state }: Parts, server: Server): Promise<void> {
  await sockets.stop();
  pages.stop();
  server.close();
  server.closeAllConnections();
  await state.upstream.stop();
  await state.upstream.pool.destroy();
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
