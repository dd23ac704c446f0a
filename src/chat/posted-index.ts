import { findPosted, GRACE_MS, pagesOf, type Posted, type Search } from './find-posted.ts';
import type { Lane } from './lane.ts';

/** Finds our messages and remembers what it has read, so that many searches of one channel read each message once. */
export interface PostedIndex {
  /** @throws SlackCallError when the history can't be read. */
  find(search: Search): Promise<Posted | undefined>;
}

/** More than a channel gets while anything of ours can be searched for. */
const MOST_IDS = 20_000;
/** The newest 5 s in milliseconds are read again each time: a message may come to the history a little late. */
const AGAIN_MS = 5000;

interface Channel {
  /** Id -> ts of the message that carries it. */
  readonly ids: Map<string, string>;
  /** All since then was read, up to `newestMs`; epoch milliseconds. */
  sinceMs: number;
  newestMs: number;
  /** The earliest that those who wait for the next reading ask for. */
  wantedMs: number;
  reading: Promise<void> | undefined;
  next: Promise<void> | undefined;
}

export function createPostedIndex(lane: Pick<Lane, 'call'>): PostedIndex {
  const channels = new Map<string, Channel>();
  return {
    async find(search) {
      if (search.threadTs !== undefined) return findPosted(lane, search);
      const { channel: name, id, sinceMs } = search;
      const channel = channels.get(name) ?? emptyChannel();
      channels.set(name, channel);
      if (!channel.ids.has(id)) await readOn(lane, name, channel, sinceMs);
      const ts = channel.ids.get(id);
      return ts === undefined ? undefined : { channel: name, ts };
    },
  };
}

function emptyChannel(): Channel {
  const none = { reading: undefined, next: undefined };
  return { ids: new Map(), sinceMs: Number.POSITIVE_INFINITY, newestMs: 0, wantedMs: Number.POSITIVE_INFINITY, ...none };
}

/** Resolves after a reading that began after it was asked for; those who ask during one share the next. */
function readOn(lane: Pick<Lane, 'call'>, name: string, channel: Channel, sinceMs: number): Promise<void> {
  channel.wantedMs = Math.min(channel.wantedMs, sinceMs);
  if (!channel.reading) {
    channel.reading = readNow(lane, name, channel).finally(() => {
      channel.reading = undefined;
    });
    return channel.reading;
  }
  channel.next ??= channel.reading
    .catch(() => undefined)
    .then(() => {
      channel.next = undefined;
      return readOn(lane, name, channel, channel.wantedMs);
    });
  return channel.next;
}

async function readNow(lane: Pick<Lane, 'call'>, name: string, channel: Channel): Promise<void> {
  const wantedMs = channel.wantedMs;
  channel.wantedMs = Number.POSITIVE_INFINITY;
  const whole = wantedMs - GRACE_MS;
  const fromMs = channel.sinceMs <= wantedMs ? Math.max(whole, channel.newestMs - AGAIN_MS) : whole;
  let { newestMs } = channel;
  for await (const page of pagesOf(lane, { channel: name, fromMs })) {
    for (const { ts, id } of page) {
      newestMs = Math.max(newestMs, Number(ts) * 1000);
      if (id !== undefined) channel.ids.set(id, ts);
    }
  }
  channel.newestMs = newestMs;
  channel.sinceMs = Math.min(channel.sinceMs, wantedMs);
  for (const oldest of channel.ids.keys()) {
    if (channel.ids.size <= MOST_IDS) break;
    channel.ids.delete(oldest);
  }
}
