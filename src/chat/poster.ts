import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { stale } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import { findPosted, METADATA_PREFIX, type Posted, type Search } from './find-posted.ts';
import { isRefusedBySlack, type Lane, SlackCallError } from './lane.ts';
import { render, type Rendered } from './render.ts';
import { answerAs } from './web-api.ts';

/**
 * What to post. `metadata.id` finds it again after a lost answer or a crash; one is made up when there is none. `kind` makes the
 * event type `trunkline_KIND`.
 */
export interface Post {
  readonly channel: string;
  readonly message: Message;
  readonly threadTs?: string | undefined;
  readonly metadata?: { readonly id: string; readonly [field: string]: string | number | boolean } | undefined;
  readonly kind?: string | undefined;
  /** Asked just before each try, after whatever wait: false when somebody else posts it by now. */
  readonly stillWanted?: (() => Promise<boolean>) | undefined;
}

export interface PosterOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
  readonly newId: () => string;
}

const Answer = z.object({ channel: z.string(), ts: z.string() });
const BEFORE_LOOKING_MS = 500;
const MOST_TRIES = 8;
const NOT_WANTED = Symbol('not wanted any more');

/**
 * Posts one message exactly once as far as that can be known: after a lost answer it looks for the message by its metadata, and
 * posts again only if it is not there. When even that can't be found out, it prefers a duplicate to silence.
 */
export function createPoster({ clock, log, redact, newId }: PosterOptions) {
  async function settle(lane: Lane, search: Search): Promise<Posted | undefined> {
    await clock.sleep(BEFORE_LOOKING_MS);
    try {
      const found = await findPosted(lane, search);
      log.warn('the answer to a post was lost', { lane: lane.name, channel: search.channel, found: found !== undefined });
      return found;
    } catch (error) {
      if (!(error instanceof SlackCallError)) throw error;
      const refused = isRefusedBySlack(error);
      log.warn('a post with a lost answer can not be looked up; it may appear twice', {
        channel: search.channel,
        refused,
        why: error.message,
      });
      return undefined;
    }
  }

  async function attempt(
    lane: Lane,
    args: Readonly<Record<string, unknown>>,
    search: Search,
    how: Patience,
  ): Promise<Posted | undefined> {
    try {
      const answer = await sendOnce(lane, args, how);
      return answerAs(Answer, 'chat.postMessage', answer);
    } catch (error) {
      if (!isLost(error)) throw error;
      return settle(lane, search);
    }
  }

  /** @throws SlackCallError when Slack refuses it or can not be reached for `withinMs`; Stale when it is not wanted any more. */
  return async function post(lane: Lane, request: Post, withinMs: number): Promise<{ posted: Posted; rendered: Rendered }> {
    const metadata = request.metadata ?? { id: newId() };
    const rendered = render(request.message, redact);
    const args = argsOf({ ...request, metadata }, rendered);
    const search = { channel: request.channel, id: metadata.id, threadTs: request.threadTs, sinceMs: clock.now() };
    const deadline = clock.now() + withinMs;
    for (let tries = 1; tries <= MOST_TRIES && clock.now() < deadline; tries += 1) {
      const posted = await attempt(lane, args, search, { withinMs: deadline - clock.now(), stillWanted: request.stillWanted });
      if (posted) return { posted, rendered };
    }
    throw new SlackCallError(
      'chat.postMessage',
      { kind: 'unknown', says: 'the answers of Slack were lost again and again' },
      undefined,
    );
  };
}

interface Patience extends Pick<Post, 'stillWanted'> {
  readonly withinMs: number;
}

/** @throws Stale when it is not wanted any more once the lane is open. */
async function sendOnce(
  lane: Lane,
  args: Readonly<Record<string, unknown>>,
  { withinMs, stillWanted = async () => true }: Patience,
): Promise<unknown> {
  const send = async () => ((await stillWanted()) ? lane.api.call('chat.postMessage', args) : NOT_WANTED);
  const answer = await lane.run('chat.postMessage', String(args.channel), send, { when: 'once', withinMs });
  if (answer === NOT_WANTED) throw stale('somebody else posts it by now', 'There is nothing to do.');
  return answer;
}

function argsOf({ channel, threadTs, metadata, kind = 'message' }: Post, { text, blocks }: Rendered) {
  const still = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false };
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return {
    channel,
    text,
    blocks,
    ...still,
    ...thread,
    metadata: { event_type: `${METADATA_PREFIX}${kind}`, event_payload: metadata },
  };
}

function isLost(error: unknown): boolean {
  return error instanceof SlackCallError && error.failure.kind === 'unknown';
}
