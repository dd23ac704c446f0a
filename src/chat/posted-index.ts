import { GRACE_MS, type Listed, pagesOf, type Posted } from './find-posted.ts';
import type { Lane } from './lane.ts';

/** Finds our messages and remembers what it has read, so that many searches of one channel read each message once. */
export interface PostedIndex {
  /**
   * Looks through the channel, the threads that are named, and of the threads of its newest 200 messages that are about it the ten that
   * were answered last.
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

/** Of one search, those answered last: Slack allows some fifty such calls a minute (tier 3). */
const MOST_THREADS = 10;

/** So many channels and threads are remembered, those that were asked for last. */
const MOST_PLACES = 300;

/** A channel, or one thread of it. */
interface Place {
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** Id -> ts of the message that carries it. */
  readonly ids: Map<string, string>;
  /** The messages of ours on the first page that have a thread: of a channel the newest ones. */
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
      const looked = await Promise.allSettled(
        [...threadsOf(whole, threads, about)].map(async ([threadTs, answeredAtMs]): Promise<Found | undefined> => {
          const thread = placeOf(channel, threadTs);
          if (!thread.ids.has(id) && thread.newestMs < answeredAtMs) await readOn(lane, thread, sinceMs);
          const reply = thread.ids.get(id);
          return reply === undefined ? undefined : { channel, ts: reply, threadTs };
        }),
      );
      const found = looked.find((one) => one.status === 'fulfilled' && one.value !== undefined);
      if (found?.status === 'fulfilled') return found.value;
      const failed = looked.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
      return undefined;
    },
  };
}

/** By ts, and when each was answered last: those that are named are read on in any case. */
function threadsOf(whole: Place, named: readonly string[], about: string | undefined): ReadonlyMap<string, number> {
  const newest = whole.threads
    .filter((thread) => about !== undefined && thread.about === about)
    .toSorted((a, b) => b.answeredAtMs - a.answeredAtMs)
    .slice(0, MOST_THREADS);
  const threads = newest.map(({ ts, answeredAtMs }) => [ts, answeredAtMs] as const);
  return new Map([...threads, ...named.map((ts) => [ts, Number.POSITIVE_INFINITY] as const)]);
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
  const { wantedMs, newestMs, sinceMs } = place;
  place.wantedMs = Number.POSITIVE_INFINITY;
  const whole = wantedMs - GRACE_MS;
  const fromMs = sinceMs <= wantedMs ? Math.max(whole, newestMs - AGAIN_MS) : whole;
  const pages: (readonly Listed[])[] = [];
  for await (const page of pagesOfPlace(lane, place, { whole, fromMs })) pages.push(page);
  // Only when all of it was read: what a failed reading has left out would be skipped for ever.
  for (const { ts, id } of pages.flat()) {
    place.newestMs = Math.max(place.newestMs, Number(ts) * 1000);
    if (id !== undefined) place.ids.set(id, ts);
  }
  place.threads = (pages[0] ?? []).filter(({ id, answeredAtMs }) => id !== undefined && answeredAtMs > 0);
  place.sinceMs = Math.min(place.sinceMs, wantedMs);
  for (const oldest of place.ids.keys()) {
    if (place.ids.size <= MOST_IDS) break;
    place.ids.delete(oldest);
  }
}

/** Of a channel its newest page whole, as that says which threads were answered since, and more of it back to `fromMs`. */
async function* pagesOfPlace(
  lane: Pick<Lane, 'call'>,
  { channel, threadTs }: Place,
  { whole, fromMs }: { readonly whole: number; readonly fromMs: number },
): AsyncGenerator<readonly Listed[], void> {
  if (threadTs !== undefined) return yield* pagesOf(lane, { channel, threadTs, fromMs });
  for await (const page of pagesOf(lane, { channel, threadTs, fromMs: whole })) {
    yield page;
    if (fromMs > whole && page.some(({ ts }) => Number(ts) * 1000 < fromMs)) return;
  }
}
