import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Journal } from './journal.ts';
import { asObject, asText, type Json, parseJson } from './json.ts';
import { monotonicMs } from './monotonic.ts';
import type { SlackApp } from './seed.ts';

/** What the bot answered to an envelope, and when. */
export interface Ack {
  readonly payload: unknown;
  readonly at: number;
}

/** The bot's Socket Mode connections. An envelope goes to exactly one of them, in turn. */
export interface SocketMode {
  /** A single-use URL path for one connection, good for 30 s: the answer of `apps.connections.open`. */
  ticket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  count(): number;
  /** Resolves with the ack, or with undefined after `timeout` ms; 'none' when nobody is connected. */
  send(envelope: Json, timeout: number): Promise<Ack | undefined | 'none'>;
  /** Asks connections to go and come back, as Slack does every few hours. */
  disconnect(reason: DisconnectReason, which: Which): number;
  /** Cuts connections without a word. */
  drop(which: Which): number;
  onChange(listener: (count: number) => void): void;
  stop(): Promise<void>;
}

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';
export type Which = 'one' | 'all';

const mostConnections = 10;
const ticketLife = 30_000;

export function openSocketMode(app: SlackApp, journal: Journal): SocketMode {
  const tickets = openTickets(app.appId);
  const acks = openPendingAcks(journal);
  const connections = openConnections(app, journal, acks.receive);
  const choose = (which: Which): WebSocket[] => (which === 'all' ? connections.all() : connections.all().slice(0, 1));
  const toChosen = (which: Which, act: (socket: WebSocket) => void): number => {
    const chosen = choose(which);
    for (const socket of chosen) act(socket);
    return chosen.length;
  };
  return {
    ticket: tickets.issue,
    upgrade(request, socket, head) {
      if (tickets.redeem(request.url ?? '/')) connections.accept(request, socket, head);
      else socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    },
    count: () => connections.all().length,
    send(envelope, timeout) {
      const socket = connections.next();
      if (!socket) return Promise.resolve('none');
      const ack = acks.expect(asText(envelope.envelope_id), timeout);
      socket.send(JSON.stringify(envelope));
      return ack;
    },
    disconnect: (reason, which) => toChosen(which, (socket) => socket.send(goodbye(reason))),
    drop: (which) => toChosen(which, (socket) => socket.terminate()),
    onChange: connections.onChange,
    stop: connections.stop,
  };
}

interface Connections {
  all(): WebSocket[];
  /** The one whose turn it is. */
  next(): WebSocket | undefined;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  onChange(listener: (count: number) => void): void;
  stop(): Promise<void>;
}

function openConnections(app: SlackApp, journal: Journal, receive: (raw: string) => void): Connections {
  const server = new WebSocketServer({ noServer: true });
  const listeners: ((count: number) => void)[] = [];
  let open: WebSocket[] = [];
  const live = (): WebSocket[] => open.filter((socket) => socket.readyState === socket.OPEN);
  const changed = (does: string): void => {
    journal.add('socket', { does, connections: live().length });
    for (const each of listeners) each(live().length);
  };
  const leave = (socket: WebSocket): void => {
    open = open.filter((each) => each !== socket);
    changed('closed');
  };
  const join = (socket: WebSocket): void => {
    open.push(socket);
    socket.on('message', (data) => receive(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => leave(socket));
    socket.send(JSON.stringify(hello(app, live().length)));
    changed('opened');
  };
  const pings = setInterval(() => {
    for (const socket of live()) socket.ping();
  }, 5_000).unref();
  return {
    all: live,
    next() {
      const [first, ...rest] = live();
      if (first) open = [...rest, first];
      return first;
    },
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (each) => (live().length < mostConnections ? join(each) : refuse(each))),
    onChange: (listener) => listeners.push(listener),
    async stop() {
      clearInterval(pings);
      await Promise.all(open.map(close));
      server.close();
    },
  };
}

/** Lets the other side say goodbye, for 200 ms. */
function close(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), 200);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1001);
  });
}

/** Tickets are good for one connection within 30 s. */
function openTickets(appId: string): { issue(): string; redeem(path: string): boolean } {
  const issued = new Map<string, number>();
  return {
    issue() {
      const id = randomUUID();
      issued.set(id, monotonicMs());
      return `/link?ticket=${id}&app_id=${appId}`;
    },
    redeem(path) {
      const id = new URL(path, 'http://front').searchParams.get('ticket') ?? '';
      const at = issued.get(id);
      issued.delete(id);
      return at !== undefined && monotonicMs() - at <= ticketLife;
    },
  };
}

interface PendingAcks {
  expect(envelopeId: string, timeout: number): Promise<Ack | undefined>;
  receive(raw: string): void;
}

/** An envelope that was sent twice waits for two acks, and the first ack answers the first. */
function openPendingAcks(journal: Journal): PendingAcks {
  const waiting = new Map<string, ((ack?: Ack) => void)[]>();
  return {
    expect: (id, timeout) =>
      new Promise((resolve) => {
        const finish = (ack?: Ack): void => {
          clearTimeout(timer);
          const rest = (waiting.get(id) ?? []).filter((each) => each !== finish);
          if (rest.length > 0) waiting.set(id, rest);
          else waiting.delete(id);
          resolve(ack);
        };
        const timer = setTimeout(finish, timeout);
        waiting.set(id, [...(waiting.get(id) ?? []), finish]);
      }),
    receive(raw) {
      const at = monotonicMs();
      const message = asObject(parseJson(raw));
      const id = asText(message.envelope_id);
      const [first] = waiting.get(id) ?? [];
      if (first) first({ payload: message.payload, at });
      else journal.add('socket', { does: 'late or second ack', envelopeId: id }, at);
    },
  };
}

function refuse(socket: WebSocket): void {
  socket.send(goodbye('too_many_websockets'));
  socket.close();
}

function goodbye(reason: DisconnectReason): string {
  return JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'front' } });
}

function hello(app: SlackApp, connections: number): Json {
  return {
    type: 'hello',
    num_connections: connections,
    debug_info: { host: `front-${randomBytes(3).toString('hex')}`, build_number: 1, approximate_connection_time: 18060 },
    connection_info: { app_id: app.appId },
  };
}
