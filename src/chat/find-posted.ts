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
        metadata: z
          .object({ event_type: z.string().optional(), event_payload: z.looseObject({ id: z.string().optional() }).optional() })
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

/** One message: its id where it is one of ours. */
interface Listed {
  readonly ts: string;
  readonly id?: string;
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
 * Newest page first, at most 20 pages (conversations.history with include_all_metadata; conversations.replies for a thread).
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
    yield answer.messages.map(({ ts, metadata }) => {
      const id = metadata?.event_type?.startsWith(METADATA_PREFIX) ? metadata.event_payload?.id : undefined;
      return id === undefined ? { ts } : { ts, id };
    });
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return;
  }
}
