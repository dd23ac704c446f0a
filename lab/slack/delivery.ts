import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { type Json, parseJson } from './json.ts';
import { monotonicMs } from './monotonic.ts';
import { signatureHeaders, type Tampering } from './signature.ts';
import type { SocketMode } from './socket-mode.ts';
import type { FrontState } from './state.ts';

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** How one thing that a person did reached the bot. Times are `monotonicMs()`. */
export interface Delivery {
  readonly envelopeId: string;
  readonly type: EnvelopeType;
  /** When it left the workspace. */
  readonly sentAt: number;
  readonly ackedAt?: number;
  readonly ackMs?: number;
  /** `refused`: the bot's HTTP answer was not 2xx, or there was none. */
  readonly outcome: 'acked' | 'timeout' | 'no-connection' | 'refused' | 'vanished';
  readonly httpStatus?: number;
  /** What the bot said in its ack. */
  readonly ack?: unknown;
  readonly payload: Json;
}

/** Where the bot is: on its sockets, or behind an HTTP request URL. */
export type Route = { readonly mode: 'socket' } | { readonly mode: 'http'; readonly url: string };

/** Brings what people do to the bot, with faults where asked. */
export interface Deliverer {
  route: Route;
  deliver(type: EnvelopeType, payload: Json, tampering?: Tampering): Promise<Delivery>;
  /** Sends the last signed HTTP request once more, byte for byte; the HTTP status of the answer. */
  replay(): Promise<number>;
}

interface Answer {
  readonly outcome: Delivery['outcome'];
  readonly at?: number;
  readonly status?: number;
  readonly ack?: unknown;
}

interface SignedRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

export function openDeliverer(state: FrontState, sockets: SocketMode): Deliverer {
  let lastRequest: SignedRequest | undefined;

  const once = async (envelope: Json, tampering: Tampering, retry: Json): Promise<Answer> => {
    const { route } = deliverer;
    if (route.mode === 'socket') return bySocket(sockets, { ...envelope, ...retry }, state.settings.ackTimeout);
    lastRequest = signedRequest(state, route.url, envelope, tampering, retry);
    return byHttp(lastRequest, state.settings.ackTimeout);
  };

  const send = async (envelope: Json, tampering: Tampering, twice: boolean): Promise<Answer> => {
    const [answer] = await Promise.all([once(envelope, tampering, {}), ...(twice ? [once(envelope, tampering, {})] : [])]);
    if (answer.outcome !== 'timeout' || envelope.type !== 'events_api') return answer;
    return once(envelope, tampering, { retry_attempt: 1, retry_reason: 'timeout' });
  };

  const deliverer: Deliverer = {
    route: { mode: 'socket' },
    async deliver(type, payload, tampering = 'none') {
      const envelopeId = randomUUID();
      const envelope = { envelope_id: envelopeId, type, payload, accepts_response_payload: type !== 'events_api' };
      const fault = state.faults.take(`envelope:${type}`);
      if (fault?.kind === 'late') await sleep(fault.ms);
      const sentAt = monotonicMs();
      state.journal.add('sent', { envelopeId, type, summary: summary(payload) }, sentAt);
      const answer: Answer =
        fault?.kind === 'vanish' ? { outcome: 'vanished' } : await send(envelope, tampering, fault?.kind === 'duplicate');
      return settled(state, { envelopeId, type, sentAt, payload }, answer);
    },
    async replay() {
      if (!lastRequest) throw new Error('Nothing was delivered over HTTP yet, so there is nothing to replay.');
      return (await byHttp(lastRequest, state.settings.ackTimeout)).status ?? 0;
    },
  };
  return deliverer;
}

function settled(
  { journal }: FrontState,
  sent: Pick<Delivery, 'envelopeId' | 'type' | 'sentAt' | 'payload'>,
  answer: Answer,
): Delivery {
  const { outcome, at, status, ack } = answer;
  const timing = at === undefined ? {} : { ackedAt: at, ackMs: at - sent.sentAt };
  const { envelopeId, type } = sent;
  journal.add('ack', { envelopeId, type, outcome, httpStatus: status, ...timing }, at);
  return {
    ...sent,
    outcome,
    ...timing,
    ...(status === undefined ? {} : { httpStatus: status }),
    ...(ack === undefined ? {} : { ack }),
  };
}

async function bySocket(sockets: SocketMode, envelope: Json, timeout: number): Promise<Answer> {
  const ack = await sockets.send(envelope, timeout);
  if (ack === 'none') return { outcome: 'no-connection' };
  return ack ? { outcome: 'acked', at: ack.at, ack: ack.payload } : { outcome: 'timeout' };
}

async function byHttp({ url, body, headers }: SignedRequest, timeout: number): Promise<Answer> {
  try {
    const reply = await request(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeout) });
    const at = monotonicMs();
    const text = await reply.body.text();
    const ack = parseJson(text) ?? text;
    return { outcome: reply.statusCode < 300 ? 'acked' : 'refused', at, status: reply.statusCode, ack };
  } catch (error) {
    return { outcome: error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'refused' };
  }
}

function signedRequest(state: FrontState, url: string, envelope: Json, tampering: Tampering, retry: Json): SignedRequest {
  const { type, payload } = envelope;
  const [body, contentType] = bodyOf(type, payload);
  const signature = signatureHeaders(state.seed.app.signingSecret, body, Date.now(), tampering);
  const again = retry.retry_attempt ? { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' } : {};
  return { url, body, headers: { 'content-type': contentType, 'user-agent': 'Slackbot 1.0', ...signature, ...again } };
}

function bodyOf(type: unknown, payload: unknown): [body: string, contentType: string] {
  if (type === 'events_api') return [JSON.stringify(payload), 'application/json'];
  const texts = Object.entries(payload ?? {}).map(([key, value]) => [key, String(value)]);
  const fields: Record<string, string> =
    type === 'interactive' ? { payload: JSON.stringify(payload) } : Object.fromEntries(texts);
  return [new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'];
}

function summary(payload: Json): string {
  const event = payload.event;
  const kind = typeof event === 'object' && event !== null && 'type' in event ? event.type : payload.type;
  return payload.command === undefined ? String(kind) : `${String(payload.command)} ${String(payload.text)}`;
}
