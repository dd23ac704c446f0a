import { GRACE_MS, pagesOf, type Posted, type Search } from './find-posted.ts';
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

/** So many channels and threads are remembered, those that were asked for last. */
const MOST_PLACES = 300;

/** A channel, or one thread of it. */
interface Place {
  readonly channel: string;
  readonly threadTs: string | undefined;
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
  const places = new Map<string, Place>();
  const placeOf = (channel: string, threadTs: string | undefined): Place => {
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
    async find({ channel, id, threadTs, sinceMs }) {
      const place = placeOf(channel, threadTs);
      if (!place.ids.has(id)) await readOn(lane, place, sinceMs);
      const ts = place.ids.get(id);
      return ts === undefined ? undefined : { channel, ts };
    },
  };
}

function emptyPlace(channel: string, threadTs: string | undefined): Place {
  const none = { reading: undefined, next: undefined };
  const never = { sinceMs: Number.POSITIVE_INFINITY, newestMs: 0, wantedMs: Number.POSITIVE_INFINITY };
  return { channel, threadTs, ids: new Map(), ...never, ...none };
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
  const wantedMs = place.wantedMs;
  place.wantedMs = Number.POSITIVE_INFINITY;
  const whole = wantedMs - GRACE_MS;
  const fromMs = place.sinceMs <= wantedMs ? Math.max(whole, place.newestMs - AGAIN_MS) : whole;
  let { newestMs } = place;
  for await (const page of pagesOf(lane, { channel: place.channel, threadTs: place.threadTs, fromMs })) {
    for (const { ts, id } of page) {
      newestMs = Math.max(newestMs, Number(ts) * 1000);
      if (id !== undefined) place.ids.set(id, ts);
    }
  }
  place.newestMs = newestMs;
  place.sinceMs = Math.min(place.sinceMs, wantedMs);
  for (const oldest of place.ids.keys()) {
    if (place.ids.size <= MOST_IDS) break;
    place.ids.delete(oldest);
  }
}
