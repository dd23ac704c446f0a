import { App } from '@slack/bolt';
import { ZodError } from 'zod';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';
import type { Answering } from './answering.ts';
import { boltLog } from './bolt-log.ts';
import type { ChatMetrics, ForgedRequest, InteractionKind } from './handlers.ts';
import { readFields } from './modal.ts';
import { FORM_WITHIN_MS, type FormErrors, type OpenForm, openForm } from './open-form.ts';
import { ActionPayload, CommandPayload, SubmitPayload } from './payloads.ts';
import type { Intake } from './socket-receiver.ts';

/** Who the bot is, from auth.test. */
export interface BotIdentity {
  readonly botId: string;
  readonly botUserId: string;
  readonly teamId: string;
}

export interface IngressOptions {
  readonly intake: Intake;
  readonly identity: () => BotIdentity;
  readonly botToken: string;
  readonly apiUrl?: string | undefined;
  readonly command: string;
  /** Payloads of another app are refused; the app that Slack names in its hello when absent. */
  readonly appId?: string | undefined;
  readonly answering: Answering;
  /** Told of payloads that are refused unread. */
  readonly forged: (request: ForgedRequest) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ChatMetrics;
}

/** What comes from Slack: acknowledged at once, worked on afterwards. */
export interface Ingress {
  lastEventAtMs(): number | undefined;
  /** Resolves when everything that was acknowledged is worked off. */
  idle(): Promise<void>;
}

interface Receipt {
  readonly kind: InteractionKind;
  readonly ack: () => Promise<void>;
  /** The user id that the payload names. */
  readonly who: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Builds Bolt's app around the intake. Nothing is awaited before an ack, but the verdict on a one-time code. */
export function createIngress(options: IngressOptions): Ingress {
  const { answering, clock } = options;
  const app = createBolt(options);
  const work = createWork();
  let lastEventAtMs: number | undefined;

  const heard = () => {
    lastEventAtMs = clock.now();
  };
  const acknowledged = acknowledging(options, heard);

  app.command(options.command, async ({ ack, body, context }) => {
    const payload = CommandPayload.parse(body);
    if (await acknowledged({ kind: 'command', ack: () => ack(), who: payload.user_id, context }, payload.api_app_id))
      void work.add(answering.command(payload));
  });
  app.action({ type: 'block_actions' }, async ({ ack, body, context }) => {
    const payload = ActionPayload.parse(body);
    if (await acknowledged({ kind: 'action', ack: () => ack(), who: payload.user.id, context }, payload.api_app_id))
      void work.add(answering.action(payload));
  });
  app.view(/.*/u, async ({ ack, body, context }) => {
    const payload = SubmitPayload.parse(body);
    const { fields, missing, isChecked } = readFields(payload.view.state.values);
    if (Object.keys(missing).length > 0) return ack({ response_action: 'errors', errors: missing });
    const receipt = { kind: 'submit', ack: () => ack(), who: payload.user.id, context } as const;
    if (isChecked && refusedBecause(options, context, payload.api_app_id) === undefined) {
      heard();
      return keptOpen(
        options,
        (answer) => (answer ? ack(answer) : ack()),
        (form) => work.add(answering.submit(payload, fields, form)),
      );
    }
    if (await acknowledged(receipt, payload.api_app_id)) void work.add(answering.submit(payload, fields));
  });
  hearErrors(app, options);
  return {
    lastEventAtMs: () => lastEventAtMs,
    idle: () => work.idle(),
  };
}

/** False when the work must not be done: a replay, or another app's. An ack that fails does not undo what the person did. */
function acknowledging(options: IngressOptions, heard: () => void) {
  const { clock, log, metrics } = options;
  return async ({ kind, ack, who, context }: Receipt, appId: string | undefined): Promise<boolean> => {
    heard();
    try {
      await ack();
      metrics.acked(kind, clock.now() - receivedAt(context, clock));
    } catch (error) {
      metrics.ackFailed(kind);
      log.warn('an ack did not reach slack', { kind, why: asError(error).message });
    }
    const why = refusedBecause(options, context, appId);
    if (why === undefined) return true;
    log.warn('a payload was refused', { kind, why });
    options.forged({ who, what: kind, why });
    return false;
  };
}

/** A form closes when the work on it is done or takes too long, unless the work refused what was typed. */
async function keptOpen(
  { clock, log, metrics }: IngressOptions,
  ack: (answer?: FormErrors) => Promise<void>,
  work: (form: OpenForm) => Promise<void>,
): Promise<void> {
  const form = openForm(ack);
  await within(clock, FORM_WITHIN_MS, work(form)).catch(() => undefined);
  await form.close().catch((error: unknown) => {
    metrics.ackFailed('submit');
    log.warn('an ack did not reach slack', { kind: 'submit', why: asError(error).message });
  });
}

/** What was acknowledged and is not worked off yet. */
function createWork() {
  const work = new Set<Promise<void>>();
  return {
    add(task: Promise<void>): Promise<void> {
      work.add(task);
      return task.finally(() => work.delete(task));
    },
    async idle(): Promise<void> {
      while (work.size > 0) await Promise.all(work);
    },
  };
}

/** What Bolt or a payload's schema throws; a payload of no known form was made by hand. */
function hearErrors(app: App, { forged, log }: IngressOptions): void {
  app.error(async (error) => {
    log.error('bolt reports an error', { why: error.message });
    if (originalOf(error) instanceof ZodError) forged({ what: 'request', why: 'it has no form that Slack gives' });
  });
}

function createBolt({ intake, identity, botToken, apiUrl, log }: IngressOptions): App {
  return new App({
    receiver: intake,
    // Known since the start; asking again at a payload would delay its ack.
    authorize: async () => ({ ...identity(), botToken }),
    convoStore: false,
    logger: boltLog(log),
    clientOptions: apiUrl === undefined ? {} : { slackApiUrl: apiUrl },
  });
}

function refusedBecause(
  { appId, intake }: IngressOptions,
  { replayed }: Readonly<Record<string, unknown>>,
  named: string | undefined,
): string | undefined {
  const ours = appId ?? intake.appId();
  if (ours !== undefined && named !== undefined && named !== ours) return `it is for another app, ${named.slice(0, 40)}`;
  return replayed === true ? 'it was already received' : undefined;
}

/** Bolt puts what a listener throws into an error of its own. */
function originalOf(error: Error): unknown {
  return 'original' in error ? error.original : error;
}

function receivedAt({ receivedAtMs }: Readonly<Record<string, unknown>>, clock: Clock): number {
  return typeof receivedAtMs === 'number' ? receivedAtMs : clock.now();
}
