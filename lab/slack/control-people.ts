import { z } from 'zod';
import { findConversation } from './conversations.ts';
import type { Delivery } from './delivery.ts';
import { clickKey, commandKey } from './expectations.ts';
import type { Incoming } from './incoming.ts';
import { asObject, type Json } from './json.ts';
import { type Button, listMessages, type Message } from './message.ts';
import type { Person } from './seed.ts';
import { tamperings } from './signature.ts';
import type { OpenView } from './state.ts';
import { clearPage, dismissView, type Submission, submitView } from './submissions.ts';
import { stateValues } from './view-values.ts';
import { topView } from './views.ts';

/** One thing that the control API can do; throws with a sentence when it cannot. */
export type Control = (body: unknown, incoming: Incoming) => unknown;

const Tampered = z.object({ tampering: z.enum(tamperings).default('none') });
const Who = z.object({ user: z.string() });
const CommandBody = Tampered.extend({
  user: z.string(),
  channel: z.string(),
  command: z.string().startsWith('/'),
  text: z.string(),
});
const ClickBody = Tampered.extend({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  which: z.string(),
  option: z.string().optional(),
});
const SubmitBody = Who.extend({ values: z.record(z.string(), z.unknown()).default({}) });
const SayBody = Who.extend({ channel: z.string(), text: z.string(), threadTs: z.string().optional() });
const ReactBody = Who.extend({ channel: z.string(), ts: z.string(), name: z.string(), present: z.boolean().default(true) });

/** What people can do in the workspace, by name. */
export const peopleControls: Record<string, Control> = {
  async command(body, incoming): Promise<Delivery> {
    const { user, channel, command, text, tampering } = CommandBody.parse(body);
    const [person, place] = [findPerson(incoming, user), await findPlace(incoming, channel)];
    const done = incoming.expectations.expect(commandKey(person.id, place, command, text), tampering);
    await incoming.state.upstream.control('/command', { user: person.id, channel: place, command, text });
    return done;
  },

  async click(body, incoming): Promise<Delivery> {
    const { user, channel, ts, which, option, tampering } = ClickBody.parse(body);
    const [person, place] = [findPerson(incoming, user), await findPlace(incoming, channel)];
    const message = (await listMessages(incoming.state, place, channel)).find((each) => each.ts === ts);
    if (!message) throw new Error(`There is no message ${ts} in ${channel}.`);
    if (message.onlyFor && message.onlyFor !== person.name)
      throw new Error(`Only ${message.onlyFor} sees that message, so ${user} cannot click in it.`);
    const button = findButton(message, which);
    const done = incoming.expectations.expect(clickKey(person.id, place, ts, button.actionId), tampering);
    await incoming.state.upstream.control('/interact', {
      user: person.id,
      channel: place,
      messageTs: ts,
      action: actionOf(button, option),
    });
    return done;
  },

  async submit(body, incoming): Promise<Submission> {
    const { user, values } = SubmitBody.parse(body);
    const open = findView(incoming, user);
    const submission = await submitView(incoming, open, stateValues(open.view, values));
    if (submission.result === 'closed') await clearPage(incoming.state, open.user);
    return submission;
  },

  async dismiss(body, incoming): Promise<Json> {
    const open = findView(incoming, Who.parse(body).user);
    await dismissView(incoming, open);
    await clearPage(incoming.state, open.user);
    return {};
  },

  async say(body, incoming): Promise<Json> {
    const { user, channel, text, threadTs } = SayBody.parse(body);
    const [person, place] = [findPerson(incoming, user), await findPlace(incoming, channel)];
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    const reply = await incoming.state.upstream.control('/message', { user: person.id, channel: place, text, ...thread });
    return { channel: place, ts: asObject(reply.message).ts };
  },

  async react(body, incoming): Promise<Json> {
    const { user, channel, ...rest } = ReactBody.parse(body);
    const [person, place] = [findPerson(incoming, user), await findPlace(incoming, channel)];
    return incoming.state.upstream.control('/reaction', { user: person.id, channel: place, ...rest });
  },

  'open-home': (body, incoming) =>
    incoming.state.upstream.control('/open-home', { user: findPerson(incoming, Who.parse(body).user).id }),
};

/** The person with this handle or id. */
export function findPerson({ state }: Incoming, reference: string): Person {
  const found = state.seed.people.find((each) => each.name === reference || each.id === reference);
  if (!found)
    throw new Error(`Nobody here is called "${reference}"; there are ${state.seed.people.map((each) => each.name).join(', ')}.`);
  return found;
}

/** The id of the channel with this name or id; `@olga` is Olga's direct message with the bot. */
export async function findPlace(incoming: Incoming, reference: string): Promise<string> {
  const wanted = reference.startsWith('@') ? findPerson(incoming, reference.slice(1)).id : reference;
  const place = await findConversation(incoming.state, wanted);
  if (!place)
    throw new Error(
      `There is no channel "${reference}"; there are ${incoming.state.seed.channels.map((each) => each.name).join(', ')}.`,
    );
  return place.id;
}

function findButton(message: Message, which: string): Button {
  const found = message.buttons.find((each) => each.actionId === which || each.text === which || each.value === which);
  if (found) return found;
  const offered = message.buttons.map((each) => `"${each.text}" (${each.actionId})`).join(', ') || 'none';
  throw new Error(`The message has no button "${which}"; it has ${offered}.\n${message.shown}`);
}

function findView(incoming: Incoming, user: string): OpenView {
  const open = topView(incoming.state, findPerson(incoming, user).id);
  if (!open) throw new Error(`${user} has no modal open.`);
  return open;
}

function actionOf({ actionId, blockId, type, text, value }: Button, option: string | undefined): Json {
  const common = { action_id: actionId, block_id: blockId, type };
  if (type !== 'button') return { ...common, selected_option: { value: option, text: { type: 'plain_text', text: option } } };
  return { ...common, text: { type: 'plain_text', text }, ...(value === undefined ? {} : { value }) };
}
