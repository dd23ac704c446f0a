import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';
import { createAnswering } from './answering.ts';
import { createDirectory, type Directory } from './directory.ts';
import type { Posted } from './find-posted.ts';
import type { ChatHandlers, ChatMetrics, ForgedRequest } from './handlers.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { introduce } from './introduce.ts';
import { type BotIdentity, createIngress } from './ingress.ts';
import { createLetters, type Letters } from './letters.ts';
import { createOnce, type SeenBefore } from './once.ts';
import { createOutbound, type LaneName, type Outbound } from './outbound.ts';
import type { Post } from './poster.ts';
import { createRespond } from './respond.ts';
import { startError } from './start-error.ts';
import { createSocketReceiver, type Intake } from './socket-receiver.ts';
import { createWebApi } from './web-api.ts';
import { createWhisper } from './whisper.ts';

export interface ChatOptions {
  readonly intake:
    | { readonly mode: 'socket'; readonly appToken: string; readonly connections: number }
    | { readonly mode: 'http'; readonly signingSecret: string; readonly port: number; readonly host?: string };
  readonly botToken: string;
  /** The workspace whose people are served. */
  readonly teamId: string;
  /** `/pg`. */
  readonly command: string;
  /** Base of the Web API of another Slack-compatible server; `/api/` is added to a bare origin. */
  readonly apiUrl?: string | undefined;
  readonly appId?: string | undefined;
  /** Ids of the user groups that the configuration names. */
  readonly groups: readonly string[];
  /** Told apart over all processes, in the store; when it fails, this process's memory is used. */
  readonly seenBefore: SeenBefore;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
  readonly metrics?: ChatMetrics | undefined;
}

export interface ChatHealth {
  readonly open: number;
  readonly wanted: number;
  /** Epoch milliseconds of the last command, click or form. */
  readonly lastEventAtMs?: number | undefined;
  /** Posts, edits and files that Slack has not taken yet. */
  readonly outboxDepth: number;
  /** Since when (epoch milliseconds) the oldest of them but for edits waits. */
  readonly outboxSinceMs?: number | undefined;
}

/** Slack, in and out. */
export interface Chat extends Pick<Outbound, 'update' | 'flush' | 'directMessage' | 'findPosted' | 'permalink' | 'ephemeral'> {
  /**
   * Connects. May be called again after it failed.
   * @throws Refusal for wrong tokens, workspace or port, TrunklineError 'unreachable' when Slack is not there.
   */
  start(): Promise<void>;
  /**
   * For a worker, which posts without listening: that the bot token is good and of the configured workspace.
   * @throws as `start`.
   */
  verify(): Promise<void>;
  /**
   * Asks Slack afresh (auth.test), on the way that alerts go.
   * @throws TrunklineError when it does not answer well.
   */
  probe(): Promise<void>;
  /** Takes nothing new, works off what was taken (at most 10 s), delivers what waits (at most 10 s more), disconnects. */
  stop(): Promise<void>;
  post(post: Post & { readonly lane: LaneName }): Promise<Posted>;
  readonly directory: Directory;
  readonly letters: Letters;
  health(): ChatHealth;
}

const STOP_WITHIN_MS = 10_000;
const PROBE_WITHIN_MS = 10_000;
const NO_METRICS: ChatMetrics = {
  acked: () => undefined,
  ackFailed: () => undefined,
  repeated: () => undefined,
  handled: () => undefined,
};

/** Builds everything of this folder; nothing happens before `start`. Posting works without `start`, for a worker without ears. */
export function createChat(given: ChatOptions, handlers: ChatHandlers): Chat {
  const options = { ...given, apiUrl: baseOf(given.apiUrl) };
  const { clock, log } = options;
  const outbound = outboundOf(options);
  const directory = createDirectory({ lane: outbound.lanes.interaction, clock, log, groups: options.groups });
  const forged = (request: ForgedRequest) => {
    handlers
      .onForged?.(request)
      .catch((error: unknown) => log.error('a forged request was not noted', { why: asError(error).message }));
  };
  const intake = intakeOf(options, (why) => forged({ what: 'request', why }));
  let identity: BotIdentity | undefined;
  const ingress = ingressOf(options, { handlers, outbound, intake, forged, identity: () => identity ?? NOBODY });
  const verify = async () => {
    identity ??= await introduce(outbound.lanes.interaction, options.teamId, log);
  };
  const bounded = (task: Promise<void>) => Promise.race([task, clock.sleep(STOP_WITHIN_MS)]);
  return {
    ...outbound,
    directory,
    letters: createLetters(outbound, options.redact),
    verify,
    async probe() {
      await outbound.lanes.alerts.call('auth.test', {}, { when: 'repeat', withinMs: PROBE_WITHIN_MS });
    },
    async start() {
      await verify();
      await intake.start().catch((error: unknown) => {
        throw startError(error);
      });
    },
    async stop() {
      await intake.stop();
      await bounded(ingress.idle());
      await bounded(outbound.flush());
    },
    health: () => ({
      ...intake.connections(),
      lastEventAtMs: ingress.lastEventAtMs(),
      outboxDepth: outbound.depth(),
      outboxSinceMs: outbound.oldest(),
    }),
  };
}

const NOBODY: BotIdentity = { botId: '', botUserId: '', teamId: '' };

interface Parts {
  readonly handlers: ChatHandlers;
  readonly outbound: Outbound;
  readonly intake: Intake;
  readonly forged: (request: ForgedRequest) => void;
  readonly identity: () => BotIdentity;
}

function ingressOf(options: ChatOptions, { handlers, outbound, intake, forged, identity }: Parts) {
  const { clock, log, redact, metrics = NO_METRICS } = options;
  const whisper = createWhisper({ respond: createRespond(redact), outbound, log });
  const once = createOnce({ seenBefore: options.seenBefore, clock, log });
  const answering = createAnswering({ ...options, metrics, handlers, outbound, whisper, once, newId: randomUUID });
  return createIngress({ ...options, metrics, intake, identity, answering, forged });
}

function outboundOf({ botToken, apiUrl, clock, log, redact }: ChatOptions): Outbound {
  const api = () => createWebApi({ token: botToken, log, ...(apiUrl === undefined ? {} : { apiUrl }) });
  return createOutbound({ apis: { alerts: api(), interaction: api() }, clock, log, redact, newId: randomUUID });
}

function intakeOf({ intake, apiUrl, clock, log }: ChatOptions, refused: (why: string) => void): Intake {
  return intake.mode === 'http'
    ? createHttpReceiver({ ...intake, clock, log, refused })
    : createSocketReceiver({ ...intake, apiUrl, clock, log });
}

function baseOf(apiUrl: string | undefined): string | undefined {
  if (apiUrl === undefined) return undefined;
  const url = new URL(apiUrl);
  return url.pathname === '/' ? new URL('/api/', url).href : apiUrl;
}
