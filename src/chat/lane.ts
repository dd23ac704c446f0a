import type { Clock } from '../core/clock.ts';
import { TrunklineError, unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { clauseOf, failureOf, type SlackFailure } from './slack-error.ts';
import type { WebApi } from './web-api.ts';

/** Why a call ended without success; `failure` says whether it may have been done. */
export class SlackCallError extends TrunklineError {
  readonly method: string;
  readonly failure: SlackFailure;
  constructor(method: string, failure: SlackFailure, cause: unknown) {
    super('unreachable', `${method}: ${clauseOf(failure)}`, hintFor(failure), cause);
    this.method = method;
    this.failure = failure;
  }
}

export interface CallOptions {
  /** `repeat`: harmless when done twice, so tried again when the outcome is unknown; `once`: the caller settles that. */
  readonly when: 'repeat' | 'once';
  /** Gives up this long after the first try. */
  readonly withinMs?: number;
}

/** One way to Slack. What holds up one lane does not hold up the other. */
export interface Lane {
  readonly name: string;
  /** @throws SlackCallError. */
  call(method: string, args: Readonly<Record<string, unknown>>, options: CallOptions): Promise<unknown>;
  /** Any task that fails as calls do, under the same rules. */
  run<T>(method: string, channel: string, task: () => Promise<T>, options: CallOptions): Promise<T>;
  readonly api: WebApi;
}

interface Attempt {
  readonly error: unknown;
  readonly method: string;
  readonly key: string;
  readonly tries: number;
  readonly deadline: number;
  readonly how: CallOptions;
}

const PATIENCE_MS = 120_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * A lane over one client. Retry-After is obeyed per method, for posts per channel (Slack's rate limits are per method, and about
 * one post a second per channel): others wait for nobody.
 */
export function createLane(options: { name: string; api: WebApi; clock: Clock; log: Log }): Lane {
  const { name, api, clock, log } = options;
  const closedUntil = new Map<string, number>();

  async function run<T>(method: string, channel: string, task: () => Promise<T>, how: CallOptions): Promise<T> {
    const key = method === 'chat.postMessage' ? `${method} ${channel}` : method;
    const deadline = clock.now() + (how.withinMs ?? PATIENCE_MS);
    for (let tries = 1; ; tries += 1) {
      await untilOpen(key, deadline, method);
      try {
        return await task();
      } catch (error) {
        await afterFailure({ error, method, key, tries, deadline, how });
      }
    }
  }

  /** Waits before the next try, or throws when there is none. */
  async function afterFailure(at: Attempt): Promise<void> {
    const failure = failureOf(at.error);
    log.warn('slack call failed', { lane: name, method: at.method, tries: at.tries, failure: clauseOf(failure) });
    const pause = pauseAfter(failure, at.how, at.tries);
    if (pause === undefined || clock.now() + pause > at.deadline) throw new SlackCallError(at.method, failure, at.error);
    if (failure.kind === 'rate-limited') closedUntil.set(at.key, clock.now() + pause);
    else await clock.sleep(pause);
  }

  async function untilOpen(key: string, deadline: number, method: string): Promise<void> {
    for (let opens = closedUntil.get(key); opens !== undefined && opens > clock.now(); opens = closedUntil.get(key)) {
      const waitMs = opens - clock.now();
      if (opens > deadline) throw new SlackCallError(method, { kind: 'rate-limited', waitMs }, undefined);
      await clock.sleep(waitMs);
    }
    closedUntil.delete(key);
  }

  return {
    name,
    api,
    run,
    call: (method, args, how) => run(method, String(args.channel ?? ''), () => api.call(method, args), how),
  };
}

/** How long to wait before the next try; undefined when there is none. */
function pauseAfter(failure: SlackFailure, how: CallOptions, tries: number): number | undefined {
  if (failure.kind === 'refused') return undefined;
  if (failure.kind === 'rate-limited') return failure.waitMs;
  if (failure.kind === 'unknown' && how.when === 'once') return undefined;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
}

function hintFor(failure: SlackFailure): string {
  if (failure.kind !== 'refused')
    return 'Look at status.slack.com and at the way out of this host; Trunkline tries again by itself.';
  if (failure.code === 'missing_scope') return 'Install the app again with the scopes of `trunkline manifest`.';
  return CHANNEL_HINTS[failure.code] ?? 'Look up this code at docs.slack.dev.';
}

const CHANNEL_HINTS: Readonly<Record<string, string>> = {
  not_in_channel: 'Invite the app into the channel: /invite @ and its name.',
  channel_not_found: 'Correct the id of the channel in the configuration; into a private one the app has to be invited.',
  is_archived: 'The channel is archived: unarchive it, or name another in the configuration.',
};

/** True when Slack itself said no, with one of these codes if any are given. */
export function isRefusedBySlack(error: unknown, ...codes: readonly string[]): boolean {
  if (!(error instanceof SlackCallError) || error.failure.kind !== 'refused') return false;
  return codes.length === 0 || codes.includes(error.failure.code);
}

/** The failure for somebody who only knows that Slack could not be asked. */
export function cannotAsk(what: string, error: unknown): TrunklineError {
  if (error instanceof SlackCallError) return unreachable(`${what}: ${clauseOf(error.failure)}`, error.hint, error);
  return unreachable(what, 'Look at status.slack.com and at the way out of this host.', error);
}
