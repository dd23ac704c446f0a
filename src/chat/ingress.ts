import { App } from '@slack/bolt';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Answering } from './answering.ts';
import { boltLog } from './bolt-log.ts';
import type { ChatMetrics, InteractionKind } from './handlers.ts';
import { readFields } from './modal.ts';
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
  readonly context: Readonly<Record<string, unknown>>;
}

/** Builds Bolt's app around the intake. Nothing is awaited before an ack. */
export function createIngress(options: IngressOptions): Ingress {
  const { answering, clock, log, metrics } = options;
  const app = createBolt(options);
  const work = new Set<Promise<void>>();
  let lastEventAtMs: number | undefined;

  /** False when the work must not be done: a replay, or another app's. An ack that fails does not undo what the person did. */
  async function acknowledged({ kind, ack, context }: Receipt, appId: string | undefined): Promise<boolean> {
    lastEventAtMs = clock.now();
    try {
      await ack();
      metrics.acked(kind, clock.now() - receivedAt(context, clock));
    } catch (error) {
      metrics.ackFailed(kind);
      log.warn('an ack did not reach slack', { kind, why: asError(error).message });
    }
    const ours = options.appId ?? options.intake.appId();
    const foreign = ours !== undefined && appId !== undefined && appId !== ours;
    if (foreign) log.warn('a payload of another app was refused', { kind, appId });
    return !foreign && context.replayed !== true;
  }

  function busy(task: Promise<void>): void {
    work.add(task);
    void task.finally(() => work.delete(task));
  }

  app.command(options.command, async ({ ack, body, context }) => {
    const payload = CommandPayload.parse(body);
    if (await acknowledged({ kind: 'command', ack: () => ack(), context }, payload.api_app_id)) busy(answering.command(payload));
  });
  app.action({ type: 'block_actions' }, async ({ ack, body, context }) => {
    const payload = ActionPayload.parse(body);
    if (await acknowledged({ kind: 'action', ack: () => ack(), context }, payload.api_app_id)) busy(answering.action(payload));
  });
  app.view(/.*/u, async ({ ack, body, context }) => {
    const payload = SubmitPayload.parse(body);
    const { fields, missing } = readFields(payload.view.state.values);
    if (Object.keys(missing).length > 0) return ack({ response_action: 'errors', errors: missing });
    if (await acknowledged({ kind: 'submit', ack: () => ack(), context }, payload.api_app_id))
      busy(answering.submit(payload, fields));
  });
  app.error(async (error) => log.error('bolt reports an error', { why: error.message }));
  return {
    lastEventAtMs: () => lastEventAtMs,
    async idle() {
      while (work.size > 0) await Promise.all(work);
    },
  };
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

function receivedAt({ receivedAtMs }: Readonly<Record<string, unknown>>, clock: Clock): number {
  return typeof receivedAtMs === 'number' ? receivedAtMs : clock.now();
}
