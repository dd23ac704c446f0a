import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Deliverer, Delivery } from './delivery.ts';
import { enrichUser } from './enrich.ts';
import { asObject, asText, type Json } from './json.ts';
import type { FrontState, OpenView } from './state.ts';
import { issueTrigger } from './view-methods.ts';
import { closeViews, describeView, openView, replaceView } from './views.ts';

/** What came of submitting a modal. */
export interface Submission {
  readonly delivery: Delivery;
  readonly result: 'closed' | 'errors' | 'updated' | 'pushed' | 'failed';
  /** By block id, when the bot refused the values. */
  readonly errors?: Json;
}

interface Parts {
  readonly state: FrontState;
  readonly deliverer: Deliverer;
}

/** Submits the modal `open` with `values` (`state.values` of Slack) and does what the bot's ack says. */
export async function submitView({ state, deliverer }: Parts, open: OpenView, values: Json): Promise<Submission> {
  const trigger = `${Date.now()}.${state.triggers.size}.${randomUUID().replaceAll('-', '')}`;
  issueTrigger(state, trigger, open.user);
  const payload = {
    ...interaction('view_submission', state, open),
    trigger_id: trigger,
    view: describeView(state, open, values),
    response_urls: [],
  };
  const delivery = await deliverer.deliver('interactive', payload);
  if (delivery.outcome !== 'acked') return { delivery, result: 'failed' };
  const ack = asObject(delivery.ack);
  switch (ack.response_action) {
    case 'errors':
      return { delivery, result: 'errors', errors: asObject(ack.errors) };
    case 'update':
      await replaceView(state, open, asObject(ack.view));
      return { delivery, result: 'updated' };
    case 'push':
      await openView(state, open.user, asObject(ack.view), open);
      return { delivery, result: 'pushed' };
    case 'clear':
      closeViews(state, open.user);
      return { delivery, result: 'closed' };
    default:
      closeViews(state, open.user, open);
      return { delivery, result: 'closed' };
  }
}

/** Closes the person's top modal without submitting it; the bot hears of it when it asked to (`notify_on_close`). */
export async function dismissView({ state, deliverer }: Parts, open: OpenView): Promise<void> {
  closeViews(state, open.user, open);
  if (open.view.notify_on_close !== true) return;
  const payload = { ...interaction('view_closed', state, open), view: describeView(state, open), is_cleared: false };
  await deliverer.deliver('interactive', payload);
}

/** A submission from the page; the answer tells local-slack what to show. */
export async function submitFromPage(parts: Parts, payload: Json): Promise<Json> {
  const open = shownView(parts.state, payload);
  if (!open) return {};
  const values = asObject(asObject(asObject(payload.view).state).values);
  const { result, errors } = await submitView(parts, open, values);
  if (result === 'closed') return {};
  const trouble = result === 'failed' ? { general: 'We had some trouble connecting. Try again?' } : {};
  // Updated and pushed views are on the page already; empty errors only keep local-slack from closing them.
  return { response_action: 'errors', errors: errors ?? trouble };
}

export async function closeFromPage(parts: Parts, payload: Json): Promise<Json> {
  const open = shownView(parts.state, payload);
  if (open) await dismissView(parts, open);
  return {};
}

/** Takes the modal off the page, where it would stay after a submission that did not come from there. */
export async function clearPage({ upstream }: FrontState, user: string): Promise<void> {
  const socket = new WebSocket(`${upstream.origin.replace('http', 'ws')}/ui`, { headers: upstream.headers });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.once('open', () => {
      socket.send(JSON.stringify({ t: 'view_close', user }));
      socket.close();
    });
  });
}

function shownView(state: FrontState, payload: Json): OpenView | undefined {
  const id = asText(asObject(payload.view).id);
  return [...state.views.values()].find((each) => each.shownAs === id) ?? undefined;
}

function interaction(type: string, state: FrontState, open: OpenView): Json {
  const { seed } = state;
  const person = seed.people.find((each) => each.id === open.user);
  const user = enrichUser({ user: { id: open.user, name: person?.name } }, state);
  const team = { id: seed.team.id, domain: seed.team.domain };
  return {
    type,
    team,
    user,
    api_app_id: seed.app.appId,
    token: 'verification-token',
    is_enterprise_install: false,
    enterprise: null,
  };
}
