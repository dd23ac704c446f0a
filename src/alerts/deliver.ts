import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';
import type { Message } from '../core/message.ts';
import type { Signal } from '../core/signal.ts';
import type { Ours } from './live.ts';
import { type AlertChat, metadataOf, type Posted } from './ports.ts';

export interface Delivery {
  /** Its id stands in the message. */
  readonly signal: Pick<Signal, 'id' | 'cluster'>;
  readonly channel: string;
  readonly message: Message;
  readonly threadTs?: string;
  /** Where else it is looked for. */
  otherThreads?(): Promise<readonly string[]>;
  /** Somebody may have posted it already: look first. */
  readonly again: boolean;
  /** Somebody may have been posting it then (epoch milliseconds): what is not there is looked for once more after the time that a post may take. */
  readonly inDoubtSinceMs?: number;
  /**
   * Asked before every try to post: false when another bot has taken the incident over; when that is not known it is looked up just
   * before it is posted.
   */
  stillOurs(): Promise<Ours>;
}

/** Where it stands; `isElsewhere`: as a reply in the thread of another incident; `heads`: as a message of its own, where a reply was meant. */
export interface Told extends Posted {
  readonly heads?: boolean;
  readonly isElsewhere?: boolean;
}

const MAX_PAUSE_MS = 30_000;
const MOST_LOOKS = 3;
/** What was not in the channel so shortly ago (milliseconds) is not there now; a look before each post would be more than Slack allows (tier 3). */
const FRESH_MS = 2000;
/** So long (milliseconds) others who post in the channel wait for a look. */
const LOOK_WITHIN_MS = 3000;
/** A post that another bot has sent may take so long to be accepted; milliseconds. */
const UNDER_WAY_MS = 4000;

/**
 * Posts until the workspace has accepted it, so that the signal's id is in exactly one message as far as can be known: after a lost
 * response the message is looked up by its metadata before it is posted again. When it can't be looked up it is posted all the
 * same: a duplicate is better than silence. `undefined` when it is not ours any more or when stopped.
 */
export async function deliver(means: Means, delivery: Delivery): Promise<Told | undefined> {
  const { chat, clock, log, stop } = means;
  const { signal, channel, message, threadTs, stillOurs } = delivery;
  const looks = createLooks(means, delivery);
  const stillWanted = async () => {
    const ours = await stillOurs();
    return ours === 'unknown' ? looks.stillMissing() : ours;
  };
  const tryOnce = async (attempt: number): Promise<Told | undefined> => {
    const ours = await stillOurs();
    if (!ours) return undefined;
    const mayBeThere = delivery.again || attempt > 0 || ours === 'unknown';
    const found = mayBeThere ? await looks.look() : undefined;
    if (found) return found;
    const thread = threadTs === undefined ? {} : { threadTs };
    return chat.post({ channel, message, ...thread, metadata: metadataOf(signal), stillWanted });
  };
  for (let attempt = 0; !stop.aborted; attempt += 1) {
    try {
      return await tryOnce(attempt);
    } catch (error) {
      const found = looks.found();
      if (found) return found;
      log.warn('a signal could not be posted yet', { signal: signal.id, attempt, error: asError(error).message });
      const pause = Math.min(MAX_PAUSE_MS, 500 * 2 ** Math.min(attempt, 6));
      await clock.sleep(pause, stop).catch(() => undefined);
    }
  }
  return undefined;
}

interface Means {
  readonly chat: AlertChat;
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
}

function createLooks({ chat, clock, log, stop }: Means, delivery: Delivery) {
  const { signal, inDoubtSinceMs = Number.NEGATIVE_INFINITY } = delivery;
  let looks = 0;
  let lookedAtMs = 0;
  let found: Told | undefined;
  const once = async () => {
    looks += 1;
    const sinceMs = clock.now();
    try {
      found = await lookUp(chat, delivery);
      return found;
    } catch (error) {
      if (looks < MOST_LOOKS) throw error;
      log.warn('a signal can not be looked up; it may appear twice', { signal: signal.id, error: asError(error).message });
      return undefined;
    } finally {
      lookedAtMs = sinceMs;
    }
  };
  return {
    found: () => found,
    /** Asked when its turn to be posted has come, which may be long after the last look; so it keeps its turn. */
    async stillMissing(): Promise<boolean> {
      if (clock.now() - lookedAtMs < FRESH_MS) return true;
      try {
        return (await within(clock, LOOK_WITHIN_MS, once())) === undefined;
      } catch (error) {
        log.debug('a signal could not be looked up in its turn', { signal: signal.id, error: asError(error).message });
        return looks >= MOST_LOOKS;
      }
    },
    async look(): Promise<Told | undefined> {
      await once();
      const doubtMs = inDoubtSinceMs + UNDER_WAY_MS - clock.now();
      if (found || doubtMs <= 0) return found;
      await clock.sleep(doubtMs, stop).catch(() => undefined);
      return once();
    },
  };
}

async function lookUp(chat: AlertChat, { signal, channel, threadTs, otherThreads }: Delivery): Promise<Told | undefined> {
  const own = threadTs === undefined ? [] : [threadTs];
  const others = ((await otherThreads?.()) ?? []).filter((ts) => ts !== threadTs);
  const found = await chat.findPosted(channel, signal, [...own, ...others]);
  if (!found) return undefined;
  const { threadTs: at, ...posted } = found;
  if (at === undefined && threadTs !== undefined) return { ...posted, heads: true };
  return at !== undefined && at !== threadTs ? { ...posted, isElsewhere: true } : posted;
}
