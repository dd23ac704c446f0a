import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Route } from './delivery.ts';
import { asObject, asText, parseJson } from './json.ts';
import { forPage } from './page-frame.ts';
import { namesOf } from './person-words.ts';
import type { SocketMode } from './socket-mode.ts';
import type { FrontState } from './state.ts';
import { closeViews, topView } from './views.ts';

/** Brings local-slack's web page through the front, with the front's addresses and the true state of the bot's connection. */
export interface PageProxy {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Files, uploads and the page itself. */
  pass(request: IncomingMessage, response: ServerResponse): Promise<void>;
  stop(): void;
}

export function openPageProxy(state: FrontState, sockets: SocketMode, route: () => Route): PageProxy {
  const server = new WebSocketServer({ noServer: true });
  const pages = new Set<WebSocket>();
  const { upstream, seed } = state;
  sockets.onChange((count) => {
    for (const page of pages) page.send(JSON.stringify({ t: 'socket_status', appId: seed.app.appId, connected: count > 0 }));
  });

  // The page may be reached by another address than the bot uses, so links in messages follow the page.
  const ours = (frame: string, host: string): string =>
    frame.replaceAll(upstream.origin, `http://${host}`).replaceAll(state.origin, `http://${host}`);
  const join = (page: WebSocket, host: string): void => {
    pages.add(page);
    page.on('close', () => pages.delete(page));
    const facts = () => ({ connected: sockets.count() > 0, route: route(), names: namesOf(seed) });
    bridge(state, page, (frame) => forPage(ours(frame, host), facts()));
  };

  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (page) => join(page, request.headers.host ?? '')),
    async pass(request, response) {
      const { connection: _connection, host: _host, 'transfer-encoding': _encoding, ...rest } = request.headers;
      const method = request.method === 'POST' ? 'POST' : 'GET';
      const body = method === 'POST' ? { body: request } : {};
      const reply = await upstream.pool.request({
        method,
        path: request.url ?? '/',
        headers: { ...rest, ...upstream.headers },
        ...body,
      });
      const { connection: _close, 'transfer-encoding': _chunks, ...headers } = reply.headers;
      if (String(headers['content-type']).startsWith('text/html')) {
        const page = (await reply.body.text()).replace('try /echo hi', 'try /pg help');
        response.writeHead(reply.statusCode, { 'content-type': 'text/html; charset=utf-8' }).end(page);
        return;
      }
      response.writeHead(reply.statusCode, headers);
      await pipeline(reply.body, response);
    },
    stop() {
      for (const page of pages) page.terminate();
      server.close();
    },
  };
}

/** Joins a page with local-slack's own socket for pages. */
function bridge(state: FrontState, page: WebSocket, translate: (frame: string) => string): void {
  const { upstream } = state;
  const behind = new WebSocket(`${upstream.origin.replace('http', 'ws')}/ui`, { headers: upstream.headers });
  const early: string[] = [];
  page.on('message', (data) => {
    const frame = String(data);
    noteClosed(state, frame);
    if (behind.readyState === WebSocket.OPEN) behind.send(frame);
    else early.push(frame);
  });
  behind.on('open', () => {
    for (const frame of early) behind.send(frame);
  });
  behind.on('message', (data) => page.send(translate(String(data))));
  const close = (): void => {
    page.close();
    behind.close();
  };
  for (const side of [page, behind]) side.on('close', close).on('error', close);
}

/** local-slack tells nobody of a modal closed on the page unless the bot asked to hear of it. */
function noteClosed(state: FrontState, frame: string): void {
  const message = asObject(parseJson(frame));
  if (message.t !== 'view_close') return;
  const user = asText(message.user);
  if (topView(state, user)?.view.notify_on_close !== true) closeViews(state, user);
}
