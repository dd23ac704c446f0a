import type { Clock } from '../core/clock.ts';
import { asError, unauthorised } from '../core/errors.ts';
import { FieldRefusal } from '../core/field-refusal.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Redact } from '../core/redact.ts';
import { actionOfId } from './buttons.ts';
import type { ChatHandlers, ChatMetrics, InteractionKind } from './handlers.ts';
import { isRefusedBySlack } from './lane.ts';
import { ModalContext } from './modal.ts';
import { FORM_WITHIN_MS, type OpenForm } from './open-form.ts';
import { askBy, openModal } from './open-modal.ts';
import type { Outbound } from './outbound.ts';
import type { ActionPayload, CommandPayload, SubmitPayload } from './payloads.ts';
import { createMemory, type Memory } from './once.ts';
import type { Listener, Whisper } from './whisper.ts';
import { errorMessage, fieldError, isOurFault } from './words.ts';

export interface AnsweringOptions {
  readonly handlers: ChatHandlers;
  readonly outbound: Outbound;
  readonly whisper: Whisper;
  /** True the first time for a key, over all processes. */
  readonly once: (key: string) => Promise<boolean>;
  readonly teamId: string;
  readonly command: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
  readonly metrics: ChatMetrics;
  readonly newId: () => string;
}

/** The work after the ack: each takes a payload to what people see of it and never rejects. */
export interface Answering {
  command(payload: CommandPayload): Promise<void>;
  action(payload: ActionPayload): Promise<void>;
  /** What is wrong with a field is said in the form while it is open, and else to the person alone. */
  submit(payload: SubmitPayload, fields: Fields, form?: OpenForm): Promise<void>;
}

/** A second press of the same button by the same person within this time is the same press. */
const DOUBLE_CLICK_MS = 1000;
const NOT_HERE = ['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action', 'no_permission'];

/** Connects payloads, handlers and answers. */
export function createAnswering(options: AnsweringOptions): Answering {
  const clicks = createMemory(options.clock);
  return {
    command: (payload) => answerCommand(options, payload),
    action: (payload) => answerAction(options, clicks, payload),
    submit: (payload, fields, form) => answerSubmit(options, payload, fields, form),
  };
}

async function answerCommand(options: AnsweringOptions, payload: CommandPayload): Promise<void> {
  const { user_id: userId, team_id: teamId, user_name: userName, channel_id: channelId, text, trigger_id: triggerId } = payload;
  const asker: Asker = { userId, teamId, userName, channelId, via: 'slack' };
  const to = { asker, responseUrl: payload.response_url };
  await handled(options, 'command', `command ${triggerId}`, to, async () => {
    const answer = await options.handlers.onCommand({ text, asker, triggerId });
    if (answer && 'modal' in answer) await askBy(options, answer, { triggerId, channelId });
    else if (answer?.forAskerOnly) await options.whisper(to, answer);
    else if (answer) await answerInChannel(options, to, withQuestion(answer, options.command, payload));
  });
}

async function answerAction(options: AnsweringOptions, clicks: Memory, payload: ActionPayload): Promise<void> {
  const { user, team, container, trigger_id: triggerId } = payload;
  const [click] = payload.actions;
  if (!click) return;
  const channelId = payload.channel?.id ?? container.channel_id ?? '';
  const asker = askerOf(user, team, channelId);
  const messageTs = container.message_ts ?? '';
  const action = actionOfId(click.action_id);
  const press = `${asker.userId} ${channelId} ${messageTs} ${action} ${click.value}`;
  if (clicks.seen(press, DOUBLE_CLICK_MS)) return options.metrics.repeated('action');
  const to = { asker, responseUrl: payload.response_url, threadTs: container.thread_ts };
  await handled(options, 'action', `action ${click.action_ts} ${press}`, to, async () => {
    const result = await options.handlers.onAction({ action, value: click.value, asker, channelId, messageTs, triggerId });
    if (result?.modal) await openModal(options, result.modal, { triggerId, channelId });
    if (result?.ephemeral) await options.whisper(to, result.ephemeral);
  });
}

async function answerSubmit(options: AnsweringOptions, payload: SubmitPayload, fields: Fields, form?: OpenForm): Promise<void> {
  const { team, user, view, trigger_id: triggerId } = payload;
  const context = ModalContext.safeParse(parsedJson(view.private_metadata));
  const { value, channelId } = context.data ?? { value: '', channelId: '' };
  const asker = askerOf(user, team, channelId);
  const inForm = async (error: unknown) =>
    error instanceof FieldRefusal &&
    error.field in fields &&
    (await form?.refuse(error.field, fieldError(error, options.redact)));
  const to = { asker, ...(form ? { inForm } : {}) };
  await handled(options, 'submit', `view ${view.id} ${triggerId}`, to, async () => {
    const answer = await options.handlers.onSubmit({ callback: view.callback_id, value, fields, asker });
    if (answer) await options.whisper({ asker }, answer);
  });
}

type Fields = Readonly<Record<string, string>>;

/** The person's own workspace where Slack tells it, otherwise that of the payload. */
function askerOf(user: ActionPayload['user'], team: ActionPayload['team'], channelId: string): Asker {
  return {
    userId: user.id,
    teamId: user.team_id ?? team?.id ?? '',
    userName: user.username ?? user.name ?? '',
    channelId,
    via: 'slack',
  };
}

/** Runs the work once for its key, for people of this workspace, and tells the person what it throws. */
async function handled(
  options: AnsweringOptions,
  kind: InteractionKind,
  key: string,
  to: Listener & { readonly inForm?: (error: unknown) => Promise<boolean | undefined> },
  work: () => Promise<void>,
): Promise<void> {
  const { once, clock, metrics, whisper, newId, log, teamId } = options;
  if (!(await once(key))) {
    metrics.repeated(kind);
    // The form would close by this ack before the other delivery's says what is wrong.
    if (to.inForm) await clock.sleep(FORM_WITHIN_MS);
    return;
  }
  const started = clock.now();
  try {
    if (to.asker.teamId !== teamId) {
      await options.handlers.onStranger(to.asker, kind);
      throw unauthorised('people of other workspaces are not served', 'Ask somebody of the workspace that this bot belongs to.');
    }
    await work();
    metrics.handled(kind, 'ok', clock.now() - started);
  } catch (error) {
    const reference = `e${newId().replaceAll('-', '').slice(0, 8)}`;
    const fault = isOurFault(error);
    const { message: why, stack } = asError(error);
    const fields = { reference, kind, userId: to.asker.userId, channelId: to.asker.channelId, why };
    if (fault) log.error('an interaction failed', { ...fields, stack });
    else log.info('an interaction was refused', fields);
    metrics.handled(kind, fault ? 'failed' : 'refused', clock.now() - started);
    if (!(await to.inForm?.(error).catch(() => false))) await whisper(to, errorMessage(error, reference));
  }
}

/** Posted for all to see; where the bot may not post, only the asker sees it, with a hint. */
async function answerInChannel({ outbound, whisper }: AnsweringOptions, to: Listener, message: Message): Promise<void> {
  try {
    await outbound.post({ channel: to.asker.channelId, message, lane: 'interaction' });
  } catch (error) {
    if (!isRefusedBySlack(error, ...NOT_HERE)) throw error;
    const hint =
      'Only you see this, because the bot may not post here. Invite it to this channel with /invite, and ask again there.';
    await whisper(to, { ...message, parts: [...message.parts, { note: hint }] });
  }
}

/** A slash command leaves no trace in the channel, so the answer says who asked what. */
function withQuestion(answer: Message, command: string, { user_id: userId, text }: CommandPayload): Message {
  const words = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return {
    ...answer,
    parts: [...answer.parts, { note: [{ person: userId }, ' asked ', { code: `${command} ${words}`.trim() }] }],
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
