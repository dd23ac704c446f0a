import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { testLines } from './alert-test-lines.ts';
import { type Trial, tryWays, type Ways } from './alerts/try-ways.ts';
import { type Chat, createChat } from './chat/chat.ts';
import type { Config } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import { systemClock } from './core/clock.ts';
import { didYouMean } from './core/did-you-mean.ts';
import { bug, refusal } from './core/errors.ts';
import { type Redact, redactor } from './core/redact.ts';
import { Severity } from './core/severity.ts';
import { within } from './core/within.ts';
import { createLog } from './observe/log.ts';
import { createPaging, type Paging } from './paging/paging.ts';
import { pagingTargets } from './paging-config.ts';
import { routingOf } from './routing-config.ts';

/** The outside of the alert verbs. */
export interface AlertPlaces {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** The configuration with the secrets whose place in it is needed. @throws ConfigError. */
  readonly readConfig: (file: string | undefined, needed: (path: string) => boolean) => { config: Config; secrets: Secrets };
}

const OPTIONS = { config: { type: 'string' }, cluster: { type: 'string' }, severity: { type: 'string' } } as const;
const clock = systemClock;
const TARGET_PATIENCE_MS = 20_000;
const SLACK_PATIENCE_MS = 30_000;

/** Runs `trunkline alert WORDS` to its end. @returns the exit code. @throws TrunklineError, and Error of Node for wrong options. */
export async function alertVerb(places: AlertPlaces, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (positionals.length !== 1 || positionals[0] !== 'test') {
    places.err('trunkline alert: say test; `trunkline help` has its options\n');
    return 64;
  }
  const severity = severityOf(values.severity);
  const { config, secrets } = places.readConfig(values.config, (path) => /^(slack\.botToken$|alerts\.targets)/.test(path));
  const trial = trialOf(config, values.cluster, severity);
  const redact = redactor(secrets.values);
  const log = createLog({ level: 'error', redact, write: places.err });
  const paging = createPaging({
    ...{ targets: pagingTargets(config, secrets, clock), clock, log: QUIET, redact, patienceMs: TARGET_PATIENCE_MS },
  });
  const chat = chatOf(config, secrets, redact, log);
  const tried = await tryWays(trial, waysOf(chat, paging), clock);
  const kinds = new Map(config.alerts.targets.map(({ name, webhook, pagerduty }) => [name, kindOf(webhook, pagerduty)]));
  places.out(redact(testLines(trial, tried, kinds)));
  return tried.some(({ why }) => why !== undefined) ? 1 : 0;
}

/** What fails is told at the end, with what to do; the log of each try would hide it. */
const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => QUIET,
};

function kindOf(webhook: unknown, pagerduty: unknown): 'webhook' | 'pagerduty' | 'email' {
  if (webhook !== undefined) return 'webhook';
  return pagerduty === undefined ? 'email' : 'pagerduty';
}

function severityOf(text = 'critical'): Severity {
  const parsed = Severity.safeParse(text);
  if (parsed.success) return parsed.data;
  const near = didYouMean(text, Severity.options);
  throw refusal(`there is no severity '${text}'`, near ? `Did you mean ${near}?` : `Give one of ${Severity.options.join(', ')}.`);
}

/** Without a cluster, what any cluster has now. */
function trialOf(config: Config, cluster: string | undefined, severity: Severity): Trial {
  const names = config.clusters.map(({ name }) => name);
  if (cluster !== undefined && !names.includes(cluster)) {
    const near = didYouMean(cluster, names);
    throw refusal(`there is no cluster '${cluster}'`, near ? `Did you mean ${near}?` : `Known: ${names.join(', ')}.`);
  }
  const routing = routingOf(config);
  const wanted = cluster === undefined ? names : [cluster];
  return {
    id: `trunkline-test-${randomBytes(4).toString('hex')}`,
    cluster: cluster ?? (names.length === 1 ? (names[0] ?? '') : 'all clusters'),
    severity,
    routes: wanted.map((name) => routing.routeOf({ cluster: name, severity, situation: 'failover' }, clock.now())),
    by: `sent by trunkline alert test on ${hostname()}`,
  };
}

function waysOf(chat: Chat, paging: Paging): Ways {
  const patient = <T>(task: Promise<T>) => within(clock, SLACK_PATIENCE_MS, task);
  return {
    async post(channel, message) {
      await patient(chat.verify());
      return patient(chat.post({ channel, message, lane: 'alerts' }));
    },
    async edit({ channel, ts }, message) {
      chat.update({ channel, ts, message });
      await patient(chat.flush());
    },
    permalink: (posted) => patient(chat.permalink(posted)),
    async tell(page, target) {
      const [result] = await paging.tell(page, [target]);
      return result?.ok ? undefined : (result?.why ?? 'it was not told');
    },
  };
}

/** Posts as the bot does; listens to nothing. */
function chatOf({ slack }: Config, secrets: Secrets, redact: Redact, log: ReturnType<typeof createLog>): Chat {
  const nobody = async () => {
    throw bug('nothing is listened to here');
  };
  const { botToken, teamId, command, apiUrl } = slack;
  return createChat(
    {
      intake: { mode: 'http', signingSecret: randomUUID(), port: 0 },
      ...{ botToken: secrets.reveal(botToken), teamId, command, apiUrl, groups: [], clock, log, redact },
      seenBefore: async () => false,
    },
    { onCommand: nobody, onAction: nobody, onSubmit: nobody, onStranger: nobody },
  );
}
