import { GRACE_MS, type Listed, pagesOf, type Posted } from './find-posted.ts';
import type { Lane } from './lane.ts';

/** Finds our messages and remembers what it has read, so that many searches of one channel read each message once. */
export interface PostedIndex {
  /**
   * Looks through the channel, the threads that are named, and those threads of its newest messages that are about it.
   * @throws SlackCallError when the history can't be read.
   */
  find(search: IndexSearch): Promise<Found | undefined>;
}

export interface IndexSearch {
  readonly channel: string;
  /** In the metadata of the message. */
  readonly id: string;
  /** Not before (epoch milliseconds); a minute of grace for clocks that differ is added. */
  readonly sinceMs: number;
  readonly threads?: readonly string[];
  /** As in the metadata of the message and of what heads its thread. */
  readonly about?: string;
}

/** `threadTs`: it stands in that thread. */
export interface Found extends Posted {
  readonly threadTs?: string;
}

/** More than a channel gets while anything of ours can be searched for. */
const MOST_IDS = 20_000;
/** The newest 5 s in milliseconds are read again each time: a message may come to the history a little late. */
const AGAIN_MS = 5000;

/** So many channels and threads are remembered, those that were asked for last. */
const MOST_PLACES = 300;

/** A channel, or one thread of it. */
interface Place {
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** Id -> ts of the message that carries it. */
  readonly ids: Map<string, string>;
  /** Of a channel: the messages of ours on its newest page that have a thread. */
  threads: readonly Listed[];
  /** All since then was read, up to `newestMs`; epoch milliseconds. */
  sinceMs: number;
  newestMs: number;
  /** The earliest that those who wait for the next reading ask for. */
  wantedMs: number;
  reading: Promise<void> | undefined;
  next: Promise<void> | undefined;
}

export function createPostedIndex(lane: Pick<Lane, 'call'>): PostedIndex {
  const places = new Map<string, Place>();
  const placeOf = (channel: string, threadTs?: string): Place => {
    const key = `${channel} ${threadTs ?? ''}`;
    const place = places.get(key) ?? emptyPlace(channel, threadTs);
    places.delete(key);
    places.set(key, place);
    for (const oldest of places.keys()) {
      if (places.size <= MOST_PLACES) break;
      places.delete(oldest);
    }
    return place;
  };
  return {
    async find({ channel, id, sinceMs, threads = [], about }) {
      const whole = placeOf(channel);
      if (!whole.ids.has(id)) await readOn(lane, whole, sinceMs);
      const ts = whole.ids.get(id);
      if (ts !== undefined) return { channel, ts };
      const answered = new Map(threads.map((threadTs) => [threadTs, Number.POSITIVE_INFINITY]));
      for (const thread of whole.threads)
        if (about !== undefined && thread.about === about) answered.set(thread.ts, thread.answeredAtMs);
      const found = [...answered].map(async ([threadTs, answeredAtMs]): Promise<Found | undefined> => {
        const thread = placeOf(channel, threadTs);
        if (!thread.ids.has(id) && thread.newestMs < answeredAtMs) await readOn(lane, thread, sinceMs);
        const reply = thread.ids.get(id);
        return reply === undefined ? undefined : { channel, ts: reply, threadTs };
      });
      return (await Promise.all(found)).find((one) => one !== undefined);
    },
  };
}

function emptyPlace(channel: string, threadTs: string | undefined): Place {
  const none = { reading: undefined, next: undefined };
  const never = { sinceMs: Number.POSITIVE_INFINITY, newestMs: 0, wantedMs: Number.POSITIVE_INFINITY };
  return { channel, threadTs, ids: new Map(), threads: [], ...never, ...none };
}

/** Resolves after a reading that began after it was asked for; those who ask during one share the next. */
function readOn(lane: Pick<Lane, 'call'>, place: Place, sinceMs: number): Promise<void> {
  place.wantedMs = Math.min(place.wantedMs, sinceMs);
  if (!place.reading) {
    place.reading = readNow(lane, place).finally(() => {
      place.reading = undefined;
    });
    return place.reading;
  }
  place.next ??= place.reading
    .catch(() => undefined)
    .then(() => {
      place.next = undefined;
      return readOn(lane, place, place.wantedMs);
    });
  return place.next;
}

async function readNow(lane: Pick<Lane, 'call'>, place: Place): Promise<void> {
  const { channel, threadTs, wantedMs, newestMs, sinceMs } = place;
  place.wantedMs = Number.POSITIVE_INFINITY;
  const whole = wantedMs - GRACE_MS;
  const fromMs = sinceMs <= wantedMs ? Math.max(whole, newestMs - AGAIN_MS) : whole;
  if (threadTs !== undefined) for await (const page of pagesOf(lane, { channel, threadTs, fromMs })) keep(place, page);
  else await readChannel(lane, place, { whole, fromMs });
  place.sinceMs = Math.min(place.sinceMs, wantedMs);
  for (const oldest of place.ids.keys()) {
    if (place.ids.size <= MOST_IDS) break;
    place.ids.delete(oldest);
  }
}

/** Its newest page whole, as that says which threads were answered since, and more of it back to `fromMs`. */
async function readChannel(
  lane: Pick<Lane, 'call'>,
  place: Place,
  { whole, fromMs }: { readonly whole: number; readonly fromMs: number },
): Promise<void> {
  let pages = 0;
  for await (const page of pagesOf(lane, { channel: place.channel, threadTs: undefined, fromMs: whole })) {
    keep(place, page);
    if (pages === 0) place.threads = page.filter(({ id, answeredAtMs }) => id !== undefined && answeredAtMs > 0);
    pages += 1;
    if (fromMs > whole && page.some(({ ts }) => Number(ts) * 1000 < fromMs)) return;
  }
}

function keep(place: Place, page: readonly Listed[]): void {
  for (const { ts, id } of page) {
    place.newestMs = Math.max(place.newestMs, Number(ts) * 1000);
    if (id !== undefined) place.ids.set(id, ts);
  }
}
