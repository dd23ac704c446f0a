import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Outbound } from './outbound.ts';
import type { Respond } from './respond.ts';

export interface Listener {
  readonly asker: Asker;
  readonly responseUrl?: string | undefined;
  readonly threadTs?: string | undefined;
}

/** Tells one person something that nobody else needs to see. Never rejects. */
export type Whisper = (to: Listener, message: Message) => Promise<void>;

/** Tries the response_url, then an ephemeral message, then a direct message, until one is taken. */
export function createWhisper(options: { respond: Respond; outbound: Outbound; log: Log }): Whisper {
  const { respond, outbound, log } = options;
  return async ({ asker: { userId, channelId }, responseUrl, threadTs }, message) => {
    const ways: (() => Promise<unknown>)[] = [
      ...(responseUrl ? [() => respond(responseUrl, message)] : []),
      ...(channelId
        ? [() => outbound.ephemeral({ channel: channelId, userId, message, ...(threadTs ? { threadTs } : {}) })]
        : []),
      () => outbound.directMessage(userId, message),
    ];
    for (const way of ways) {
      try {
        await way();
        return;
      } catch (error) {
        log.warn('a person could not be told one way', { userId, channelId, why: asError(error).message });
      }
    }
    log.error('a person was told nothing', { userId, channelId, summary: message.summary });
  };
}
