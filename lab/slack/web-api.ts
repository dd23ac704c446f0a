import type { IncomingMessage, ServerResponse } from 'node:http';
import { chatMethods } from './chat-methods.ts';
import { conversationMethods } from './conversation-methods.ts';
import { strike } from './fault-response.ts';
import { readArguments, readBody, sendJson } from './http.ts';
import { asText, type Json } from './json.ts';
import type { Method } from './method.ts';
import { monotonicMs } from './monotonic.ts';
import { otherMethods } from './other-methods.ts';
import { peopleMethods } from './people-methods.ts';
import { bad, good, type Reply } from './reply.ts';
import type { SocketMode } from './socket-mode.ts';
import type { FrontState } from './state.ts';
import { viewMethods } from './view-methods.ts';

const methods: Record<string, Method> = {
  ...chatMethods,
  ...conversationMethods,
  ...peopleMethods,
  ...viewMethods,
  ...otherMethods,
};

/** Answers one Web API call: faults first, then the token, then the method. */
export async function answerCall(
  state: FrontState,
  sockets: SocketMode,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = monotonicMs();
  const method = url.pathname.slice('/api/'.length);
  const args = readArguments(url, request.headers['content-type'] ?? '', await readBody(request));
  const fault = state.faults.take(method, asText(args.channel) || asText(args.channel_id));
  if (fault && (await strike(fault, response))) {
    state.journal.add('call', { method, fault: fault.kind, at });
    return;
  }
  const reply = await judge(state, sockets, method, args, request);
  state.journal.add('call', {
    method,
    at,
    ok: reply.ok,
    error: reply.error,
    channel: args.channel,
    lost: fault?.kind === 'lost',
  });
  if (fault?.kind === 'lost') return void response.destroy();
  sendJson(response, 200, reply);
}

async function judge(
  state: FrontState,
  sockets: SocketMode,
  method: string,
  args: Json,
  request: IncomingMessage,
): Promise<Reply> {
  const token = tokenOf(args, request);
  const { botToken, appToken } = state.seed.app;
  if (token === '') return bad('not_authed');
  if (token !== botToken && token !== appToken) return bad('invalid_auth');
  const forApp = method === 'apps.connections.open';
  if (forApp !== (token === appToken)) return bad('not_allowed_token_type');
  if (forApp) return good({ url: `ws://${request.headers.host ?? ''}${sockets.ticket()}` });
  const handler = methods[method];
  return handler ? handler(args, state) : bad('unknown_method');
}

function tokenOf(args: Json, request: IncomingMessage): string {
  const header = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return header ?? asText(args.token);
}
