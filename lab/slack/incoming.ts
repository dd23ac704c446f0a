import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Deliverer, Delivery } from './delivery.ts';
import { enrichClick, enrichCommand, enrichEvent } from './enrich.ts';
import { clickKey, commandKey, type Expectations } from './expectations.ts';
import { readBody, sendJson } from './http.ts';
import { asList, asObject, asText, type Json, parseJson } from './json.ts';
import { monotonicMs } from './monotonic.ts';
import { issueResponseUrl, respond } from './response-url.ts';
import { isSignedWith } from './signature.ts';
import type { FrontState } from './state.ts';
import { closeFromPage, submitFromPage } from './submissions.ts';
import { issueTrigger } from './view-methods.ts';

/** What the parts that bring people's doings to the bot share. */
export interface Incoming {
  readonly state: FrontState;
  readonly deliverer: Deliverer;
  readonly expectations: Expectations;
}

export const incomingPath = '/_upstream';

/** Takes what local-slack wants delivered, makes it what Slack would send, and delivers it to the bot. */
export async function answerUpstream(incoming: Incoming, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const header = (name: string): string => String(request.headers[name] ?? '');
  const secret = incoming.state.seed.app.signingSecret;
  if (!isSignedWith(secret, header('x-slack-request-timestamp'), body, header('x-slack-signature'))) {
    return sendJson(response, 403, { ok: false, error: 'not signed by local-slack' });
  }
  if (header('content-type').includes('json')) {
    await incoming.deliverer.deliver('events_api', enrichEvent(asObject(parseJson(body)), incoming.state));
    return sendJson(response, 200, {});
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  const answer =
    form.payload === undefined
      ? await takeCommand(incoming, form)
      : await takeInteraction(incoming, asObject(parseJson(form.payload)));
  sendJson(response, 200, answer);
}

async function takeCommand({ state, deliverer, expectations }: Incoming, form: Json): Promise<Json> {
  const [user, channel, command] = [asText(form.user_id), asText(form.channel_id), asText(form.command)];
  noteTrigger(state, form, user);
  const place = { channel, user };
  const payload = enrichCommand({ ...form, response_url: issueResponseUrl(state, place) }, state);
  const { tampering, settle } = expectations.claim(commandKey(user, channel, command, asText(form.text)));
  const delivery = await deliverer.deliver('slash_commands', payload, tampering);
  const said = ackMessage(delivery, command);
  if (said) await respond(state, { ...place, issuedAt: monotonicMs(), uses: 0 }, said);
  settle(delivery);
  return {};
}

async function takeInteraction(incoming: Incoming, payload: Json): Promise<Json> {
  if (payload.type === 'view_submission') return submitFromPage(incoming, payload);
  if (payload.type === 'view_closed') return closeFromPage(incoming, payload);
  const { state, deliverer, expectations } = incoming;
  const user = asText(asObject(payload.user).id);
  const channel = asText(asObject(payload.channel).id);
  const message = asObject(payload.message);
  const ts = asText(message.ts);
  noteTrigger(state, payload, user);
  const url = issueResponseUrl(state, { channel, user, messageTs: ts });
  const actionId = asText(asObject(asList(payload.actions)[0]).action_id);
  const { tampering, settle } = expectations.claim(clickKey(user, channel, ts, actionId));
  settle(await deliverer.deliver('interactive', enrichClick({ ...payload, response_url: url }, state), tampering));
  return {};
}

function noteTrigger(state: FrontState, payload: Json, user: string): void {
  const id = asText(payload.trigger_id);
  state.upstreamTrigger = id;
  issueTrigger(state, id, user);
}

/** What the person reads after the ack: the bot's own words, or what Slack says when there was no ack. */
function ackMessage(delivery: Delivery, command: string): Json | undefined {
  if (delivery.outcome === 'timeout') return { text: `\`${command}\` failed with the error "operation_timeout"` };
  if (delivery.outcome !== 'acked') return { text: `\`${command}\` failed with the error "dispatch_failed"` };
  if (typeof delivery.ack === 'string' && delivery.ack !== '') return { text: delivery.ack };
  const ack = asObject(delivery.ack);
  return ack.text || ack.blocks ? ack : undefined;
}
