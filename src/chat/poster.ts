import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
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
    withinMs: number,
  ): Promise<Posted | undefined> {
    try {
      const answer = await lane.call('chat.postMessage', args, { when: 'once', withinMs });
      return answerAs(Answer, 'chat.postMessage', answer);
    } catch (error) {
      if (!isLost(error)) throw error;
      return settle(lane, search);
    }
  }

  /** @throws SlackCallError when Slack refuses it or can not be reached for `withinMs`. */
  return async function post(lane: Lane, request: Post, withinMs: number): Promise<{ posted: Posted; rendered: Rendered }> {
    const metadata = request.metadata ?? { id: newId() };
    const rendered = render(request.message, redact);
    const args = argsOf({ ...request, metadata }, rendered);
    const search = { channel: request.channel, id: metadata.id, threadTs: request.threadTs, sinceMs: clock.now() };
    const deadline = clock.now() + withinMs;
    for (let tries = 1; tries <= MOST_TRIES && clock.now() < deadline; tries += 1) {
      const posted = await attempt(lane, args, search, deadline - clock.now());
      if (posted) return { posted, rendered };
    }
    throw new SlackCallError(
      'chat.postMessage',
      { kind: 'unknown', says: 'the answers of Slack were lost again and again' },
      undefined,
    );
  };
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
