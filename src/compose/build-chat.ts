import { type Chat, type ChatOptions, createChat } from '../chat/chat.ts';
import type { ChatHandlers, ChatMetrics } from '../chat/handlers.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { bug } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';
import { type BreakGlass, createBreakGlass } from '../gate/break-glass.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Audit } from '../store/audit.ts';
import type { KnownPeople } from '../store/known-people.ts';
import type { Seen } from '../store/seen.ts';
import { type CliAudit, createCliAudit } from './cli-audit.ts';
import type { Loaded } from '../load.ts';
import { gateConfig, groupsOf } from './gate-config.ts';
import { createGates, type Gates } from './gates.ts';
import { createSlackWord, type SlackWord } from './slack-word.ts';

/** Slack, and the gates that ask it who people are. */
export interface ChatParts {
  readonly chat: Chat;
  /** For questions: what Slack said of a person is remembered for at most 30 s. */
  readonly askGate: Gates;
  /** For votes and starts: Slack is asked every time. */
  readonly voteGate: Gates;
  /** Who may start without approval; Slack is asked every time, and its last word counts for the command line while it is away. */
  readonly breakGlass: BreakGlass;
  readonly word: SlackWord;
  readonly cliAudit: CliAudit;
  /** Of when Slack's last word on a person is that stands in for its word of now (epoch milliseconds). */
  stoodIn(userId: string): number | undefined;
  /** What is done with what people type; must be set before the start. */
  answerWith(handlers: ChatHandlers): void;
}

interface Needs {
  readonly config: Config;
  readonly loaded: Pick<Loaded, 'runbooks'>;
  readonly secrets: Secrets;
  readonly seen: Pick<Seen, 'seenBefore'>;
  readonly knownPeople: KnownPeople;
  readonly audit: Pick<Audit, 'append'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
}

const SEEN_MS = 15 * 60_000;

export function buildChat(needs: Needs): ChatParts {
  const { config, seen, metrics, clock, log, redact } = needs;
  let handlers: ChatHandlers | undefined;
  const set = (): ChatHandlers => {
    if (handlers) return handlers;
    throw bug('a command came before anything could answer it');
  };
  const chat = createChat(
    {
      ...fromConfig(needs),
      clock,
      log,
      redact,
      metrics: chatMetrics(metrics),
      seenBefore: (key) => seen.seenBefore(key, SEEN_MS),
    },
    {
      onCommand: async (command) => set().onCommand(command),
      onAction: async (click) => set().onAction(click),
      onSubmit: async (answer) => set().onSubmit(answer),
      onStranger: async (asker, kind) => set().onStranger(asker, kind),
      onForged: async (request) => set().onForged?.(request),
    },
  );
  const gates = gatesOf(needs, chat.directory);
  return {
    chat,
    ...gates,
    breakGlass: createBreakGlass({
      rule: config.breakGlass,
      clusters: config.clusters,
      identity: (id, via) => gates.voteGate.identity(via, id),
    }),
    answerWith(given) {
      handlers = given;
    },
  };
}

type GateParts = Pick<ChatParts, 'askGate' | 'voteGate' | 'word' | 'cliAudit' | 'stoodIn'>;

function gatesOf({ config, loaded, knownPeople, audit, clock, log, redact }: Needs, directory: Chat['directory']): GateParts {
  const word = createSlackWord({ directory, kept: knownPeople, clock, log });
  const append: Audit['append'] = ({ why, ...facts }) =>
    audit.append({ ...facts, ...(why === undefined ? {} : { why: redact(why) }) });
  const cliAudit = createCliAudit({ append, clock, log });
  const standIns = new Map<string, number>();
  const gates = (fresh: boolean) =>
    createGates(gateConfig(config, loaded), {
      ...{ word, fresh, clock },
      channel: (id) => directory.channel(id, { fresh }),
      listed: new Set(config.cli?.people.map(({ user }) => user)),
      lastKnownForMs: config.cli?.lastKnownFor ?? 0,
      async stoodIn(userId, atMs) {
        if (atMs === undefined) return void standIns.delete(userId);
        standIns.set(userId, atMs);
        await cliAudit.stoodIn(userId, atMs);
      },
    });
  return { word, cliAudit, stoodIn: (userId) => standIns.get(userId), askGate: gates(false), voteGate: gates(true) };
}

type FromConfig = Pick<ChatOptions, 'intake' | 'botToken' | 'teamId' | 'command' | 'apiUrl' | 'groups'>;

function fromConfig({ config, secrets }: Needs): FromConfig {
  const { slack } = config;
  return {
    intake: intakeOf(slack, secrets),
    botToken: secrets.reveal(slack.botToken),
    teamId: slack.teamId,
    command: slack.command,
    apiUrl: slack.apiUrl,
    groups: groupsOf(config),
  };
}

function intakeOf(
  { mode, appToken, signingSecret, host, port, connections }: Config['slack'],
  secrets: Secrets,
): ChatOptions['intake'] {
  if (mode === 'http' && signingSecret) return { mode, signingSecret: secrets.reveal(signingSecret), host, port };
  if (mode === 'socket' && appToken) return { mode, appToken: secrets.reveal(appToken), connections };
  throw bug('the configuration passed its check without the secret that its mode needs');
}

function chatMetrics(metrics: Metrics): ChatMetrics {
  return {
    acked: (_kind, millis) => metrics.ack(millis / 1000),
    ackFailed: (kind) => metrics.chat({ kind, event: 'ack-failed' }),
    repeated: (kind) => metrics.chat({ kind, event: 'repeated' }),
    handled: (kind, result) => metrics.chat({ kind, event: result }),
  };
}
