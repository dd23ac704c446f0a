import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import { type ChannelQueue, createChannelQueue } from './channel-queue.ts';
import { createEdits } from './edits.ts';
import type { Posted } from './find-posted.ts';
import { createFollowUps } from './follow-ups.ts';
import { createLane, type Lane } from './lane.ts';
import { createPostedIndex, type Found, type IndexSearch } from './posted-index.ts';
import { createPoster, type Post } from './poster.ts';
import { render } from './render.ts';
import { answerAs, type WebApi } from './web-api.ts';

export type LaneName = 'alerts' | 'interaction';

export interface OutboundOptions {
  /** One client each, so that a rate limit on one does not hold up the other. */
  readonly apis: Readonly<Record<LaneName, WebApi>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
  readonly newId: () => string;
}

/** Everything that leaves for Slack's channels. */
export interface Outbound {
  readonly lanes: Readonly<Record<LaneName, Lane>>;
  /** Resolves when the message itself is accepted; its thread and files follow. @throws SlackCallError. */
  post(post: Post & { readonly lane: LaneName }): Promise<Posted>;
  update(update: Posted & { readonly message: Message }): void;
  ephemeral(to: { channel: string; userId: string; message: Message; threadTs?: string }): Promise<void>;
  directMessage(userId: string, message: Message, lane?: LaneName): Promise<Posted>;
  findPosted(channel: string, id: string, how?: Partial<Omit<IndexSearch, 'channel' | 'id'>>): Promise<Found | undefined>;
  /** @throws SlackCallError when there is no such message. */
  permalink(posted: Posted): Promise<string>;
  /** Resolves when all that was given is delivered or given up. */
  flush(): Promise<void>;
  /** Posts, edits, details and files that are not delivered yet. */
  depth(): number;
  /** Since when (epoch milliseconds) the oldest post, detail or file waits; edits are not counted, as the newest replaces the others. */
  oldest(): number | undefined;
}

const PATIENCE_MS: Readonly<Record<LaneName, number>> = { alerts: 15 * 60_000, interaction: 60_000 };
const SEARCH_BACK_MS = 7 * 24 * 3_600_000;
const Opened = z.object({ channel: z.object({ id: z.string() }) });
const Link = z.object({ permalink: z.string() });

/** Builds both lanes, the queues and the edits. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { apis, clock, log, redact } = options;
  const lanes = {
    alerts: createLane({ name: 'alerts', api: apis.alerts, clock, log }),
    interaction: createLane({ name: 'interaction', api: apis.interaction, clock, log }),
  };
  const queue = createChannelQueue(clock);
  const edits = createEdits({ lane: lanes.interaction, clock, log, redact });
  const post = createPosting(lanes, queue, options);
  const directs = createDirects(lanes.interaction);
  return {
    ...sideways(lanes, options),
    lanes,
    post,
    update: ({ channel, ts, message }) => edits.set({ channel, ts }, message),
    directMessage: async (userId, message, lane = 'interaction') => post({ channel: await directs(userId), message, lane }),
    async flush() {
      while (queue.depth() > 0) await queue.idle();
      await edits.flush();
    },
    depth: () => queue.depth() + edits.depth(),
    oldest: () => queue.oldest(),
  };
}

type Lanes = Readonly<Record<LaneName, Lane>>;

function createPosting(lanes: Lanes, queue: ChannelQueue, options: OutboundOptions): Outbound['post'] {
  const { log, redact } = options;
  const send = createPoster(options);
  const follow = createFollowUps({ redact, log });
  return async ({ lane: name, ...request }) => {
    const lane = lanes[name];
    // What tells of a change waits for no line of a thread that tells what is known already.
    const isNews = request.kind === 'signal';
    const sending = () => send(lane, request, PATIENCE_MS[name]);
    const { posted, rendered } = await queue.add(`${name} ${request.channel}`, sending, isNews);
    const ts = request.threadTs ?? posted.ts;
    const reply = (message: Message) => send(lane, { channel: posted.channel, threadTs: ts, message }, PATIENCE_MS[name]);
    queue
      .add(`thread ${posted.channel} ${ts}`, () =>
        follow(lane, { channel: posted.channel, ts }, request.message, rendered, reply),
      )
      .catch((error: unknown) => log.error('a thread is not complete', { ...posted, why: asError(error).message }));
    return posted;
  };
}

/** User id -> channel id of the direct messages with that person, which never changes. */
function createDirects(lane: Lane): (userId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (userId) => {
    const channel = known.get(userId);
    if (channel !== undefined) return channel;
    const answer = await lane.call('conversations.open', { users: userId }, { when: 'repeat', withinMs: 30_000 });
    const { id } = answerAs(Opened, 'conversations.open', answer).channel;
    known.set(userId, id);
    return id;
  };
}

function sideways(lanes: Lanes, { clock, redact }: OutboundOptions): Pick<Outbound, 'ephemeral' | 'findPosted' | 'permalink'> {
  const index = createPostedIndex(lanes.alerts);
  return {
    async ephemeral({ channel, userId, message, threadTs }) {
      const { text, blocks } = render(message, redact, 'note');
      const args = { channel, user: userId, text, blocks, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
      await lanes.interaction.call('chat.postEphemeral', args, { when: 'once', withinMs: 30_000 });
    },
    findPosted: (channel, id, how) => index.find({ channel, id, sinceMs: clock.now() - SEARCH_BACK_MS, ...how }),
    async permalink({ channel, ts }) {
      const args = { channel, message_ts: ts };
      const answer = await lanes.interaction.call('chat.getPermalink', args, { when: 'repeat', withinMs: 10_000 });
      return answerAs(Link, 'chat.getPermalink', answer).permalink;
    },
  };
}
