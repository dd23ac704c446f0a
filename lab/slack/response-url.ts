import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isContent, readContent } from './content.ts';
import { strike } from './fault-response.ts';
import { readBody, sendJson } from './http.ts';
import { asObject, asText, isTrue, type Json, parseJson } from './json.ts';
import { monotonicMs } from './monotonic.ts';
import { changeMessage, postEphemeral, postMessage, removeMessage } from './posting.ts';
import { type FrontState, noteKey, type ResponseUrl } from './state.ts';

const path = '/_hooks/response/';
const life = 30 * 60 * 1000;
const mostUses = 5;

/** A new `response_url`. */
export function issueResponseUrl(state: FrontState, place: Omit<ResponseUrl, 'issuedAt' | 'uses'>): string {
  const id = randomUUID();
  state.responseUrls.set(id, { ...place, issuedAt: monotonicMs(), uses: 0 });
  return `${state.origin}${path}${id}`;
}

export function isResponseUrl(pathname: string): boolean {
  return pathname.startsWith(path);
}

/** Answers a POST to a `response_url`: posts, replaces or deletes, five times within 30 minutes, ephemeral unless told otherwise. */
export async function answerResponseUrl(
  state: FrontState,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = asObject(parseJson(await readBody(request)));
  const place = state.responseUrls.get(pathname.slice(path.length));
  const fault = state.faults.take('response_url', place?.channel);
  if (fault && (await strike(fault, response))) return;
  if (!place || monotonicMs() - place.issuedAt > life) return sendJson(response, 404, { ok: false, error: 'expired_url' });
  if (place.uses >= mostUses) return sendJson(response, 404, { ok: false, error: 'used_url' });
  const refusal = await respond(state, place, body);
  if (fault?.kind === 'lost') return void response.destroy();
  if (refusal) return sendJson(response, 400, refusal);
  place.uses += 1;
  response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
}

/** Says something to a person in the place where they did something: what `respond()` and the text of an ack do. */
export async function respond(state: FrontState, place: ResponseUrl, body: Json): Promise<Json | undefined> {
  if (isTrue(body.delete_original) && place.messageTs) {
    await removeMessage(state, place.channel, place.messageTs);
    return undefined;
  }
  const read = readContent(body, { textTooLong: 'truncate' });
  if (!isContent(read)) return read;
  const original = place.messageTs ? state.notes.get(noteKey(place.channel, place.messageTs)) : undefined;
  if (isTrue(body.replace_original) && original) {
    await changeMessage(state, original, { blocks: [], attachments: [], ...read.content });
    return undefined;
  }
  const thread = asText(body.thread_ts);
  const content = thread === '' ? read.content : { ...read.content, thread_ts: thread };
  if (body.response_type === 'in_channel') await postMessage(state, place.channel, content, read.metadata);
  else await postEphemeral(state, place.channel, place.user, content);
  return undefined;
}
