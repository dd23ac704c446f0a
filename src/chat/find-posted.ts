import { z } from 'zod';
import type { Lane } from './lane.ts';
import { answerAs } from './web-api.ts';

/** Every message of ours carries its id in its metadata, so that it can be found when the answer to its post was lost. */
export const METADATA_PREFIX = 'trunkline_';

/** Where a message is. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
}

const Page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        /** Of a parent: when its thread was answered last (conversations.history). */
        latest_reply: z.string().optional(),
        metadata: z
          .object({
            event_type: z.string().optional(),
            event_payload: z.looseObject({ id: z.string().optional(), about: z.string().optional() }).optional(),
          })
          .optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

const MOST_PAGES = 20;
/** The clocks of Slack and of who asks differ: a minute in milliseconds. */
export const GRACE_MS = 60_000;

export interface Search {
  readonly channel: string;
  readonly id: string;
  /** Look among the replies of this thread. */
  readonly threadTs?: string | undefined;
  /** Not before (epoch milliseconds); a minute of grace for clocks that differ is added. */
  readonly sinceMs: number;
}

/** One message: its id where it is one of ours, and what it is about where it says so. */
export interface Listed {
  readonly ts: string;
  readonly id?: string | undefined;
  readonly about?: string | undefined;
  /** When its thread was answered last, where it has one; epoch milliseconds. */
  readonly answeredAtMs: number;
}

/**
 * Looks for our message by the id in its metadata (`pagesOf`).
 * @throws SlackCallError when the history can't be read.
 */
export async function findPosted(lane: Pick<Lane, 'call'>, search: Search): Promise<Posted | undefined> {
  const { channel, threadTs, sinceMs } = search;
  for await (const page of pagesOf(lane, { channel, threadTs, fromMs: sinceMs - GRACE_MS })) {
    const found = page.find(({ id }) => id === search.id);
    if (found) return { channel: search.channel, ts: found.ts };
  }
  return undefined;
}

/**
 * At most 20 pages of 200: of a channel the newest first (conversations.history with include_all_metadata), of a thread the oldest
 * (conversations.replies).
 * @throws SlackCallError when the history can't be read.
 */
export async function* pagesOf(
  lane: Pick<Lane, 'call'>,
  { channel, threadTs, fromMs }: Pick<Search, 'channel' | 'threadTs'> & { readonly fromMs: number },
): AsyncGenerator<readonly Listed[], void> {
  const method = threadTs === undefined ? 'conversations.history' : 'conversations.replies';
  const oldest = String(Math.max(0, fromMs / 1000));
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const args = {
      channel,
      oldest,
      limit: 200,
      include_all_metadata: true,
      ...(threadTs ? { ts: threadTs } : {}),
      ...(cursor ? { cursor } : {}),
    };
    const answer = answerAs(Page, method, await lane.call(method, args, { when: 'repeat', withinMs: 30_000 }));
    yield answer.messages.map(({ ts, metadata, latest_reply: latestReply = '0' }) => {
      const { id, about } = (metadata?.event_type?.startsWith(METADATA_PREFIX) ? metadata.event_payload : undefined) ?? {};
      return { ts, id, about, answeredAtMs: Number(latestReply) * 1000 };
    });
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return;
  }
}
