import type { Directory as ChatDirectory } from '../chat/directory.ts';
import { SlackCallError } from '../chat/lane.ts';
import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Identity } from '../core/person.ts';
import { within } from '../core/within.ts';
import type { KnownPeople, KnownPerson } from '../store/known-people.ts';

/** What Slack says of people, and what it said last. */
export interface SlackWord {
  /** Slack's word, kept for later. @throws when Slack can't be asked. */
  now(userId: string, fresh: boolean): Promise<Identity | undefined>;
  /** Slack's word as quickly as a person at a terminal wants it; `away` when Slack does not answer. @throws when Slack refuses to say. */
  quickly(userId: string, fresh: boolean): Promise<{ readonly identity: Identity | undefined } | { readonly away: string }>;
  /** @throws when the store can't be read and this process has not heard of the person. */
  last(userId: string): Promise<KnownPerson | undefined>;
  /** True for some seconds after Slack did not answer. */
  isAway(): boolean;
}

interface Needs {
  readonly directory: Pick<ChatDirectory, 'person'>;
  readonly kept: KnownPeople;
  readonly clock: Clock;
  readonly log: Log;
}

const QUICKLY_MS = 4000;
const AWAY_MS = 10_000;
/** So long may a word that is not fresh have been remembered (chat/directory.ts). */
const REMEMBERED_MS = 30_000;
/** The same word again is written down this rarely. */
const WRITE_AGAIN_MS = 60_000;

export function createSlackWord({ directory, kept, clock, log }: Needs): SlackWord {
  const heard = createHeard(kept, log);
  let away = { untilMs: 0, why: '' };
  const noteAway = (error: unknown) => {
    away = { untilMs: clock.now() + AWAY_MS, why: asError(error).message };
  };

  async function now(userId: string, fresh: boolean): Promise<Identity | undefined> {
    const atMs = clock.now() - (fresh ? 0 : REMEMBERED_MS);
    try {
      const identity = await directory.person(userId, { fresh });
      away = { untilMs: 0, why: '' };
      heard.keep(userId, { version: 1, atMs, identity: identity ? { ...identity, groups: [...identity.groups] } : null });
      return identity;
    } catch (error) {
      if (isAway(error)) noteAway(error);
      throw error;
    }
  }

  return {
    now,
    last: heard.last,
    isAway: () => clock.now() < away.untilMs,
    async quickly(userId, fresh) {
      if (clock.now() < away.untilMs) return { away: away.why };
      try {
        return { identity: await within(clock, QUICKLY_MS, now(userId, fresh)) };
      } catch (error) {
        if (!isAway(error)) throw error;
        noteAway(error);
        return { away: asError(error).message };
      }
    },
  };
}

/** What this process has heard, beside what is kept in the store for all: the store may be away as well. */
function createHeard(kept: KnownPeople, log: Log) {
  const heard = new Map<string, KnownPerson>();
  return {
    keep(userId: string, person: KnownPerson): void {
      const before = heard.get(userId);
      const isSame = JSON.stringify(before?.identity) === JSON.stringify(person.identity);
      if (before && (before.atMs >= person.atMs || (isSame && person.atMs - before.atMs < WRITE_AGAIN_MS))) return;
      heard.set(userId, person);
      kept
        .put(userId, person)
        .catch((error: unknown) => log.warn("slack's word on a person is not kept", { userId, why: asError(error).message }));
    },
    async last(userId: string): Promise<KnownPerson | undefined> {
      const mine = heard.get(userId);
      const stored = await kept.get(userId).catch((error: unknown) => {
        if (mine) return undefined;
        throw error;
      });
      return stored && mine && mine.atMs > stored.atMs ? mine : (stored ?? mine);
    },
  };
}

/** No answer at all. A token that Slack refuses, a limit and an answer that is none leave Slack there, so nobody stands in for it. */
function isAway(error: unknown): boolean {
  if (!(error instanceof TrunklineError) || error.kind !== 'unreachable') return false;
  if (error.cause === undefined) return true;
  return error.cause instanceof SlackCallError && ['unsent', 'unknown'].includes(error.cause.failure.kind);
}
