import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import type { Debt } from '../core/debt.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { debtMessage } from '../runs/debts-card.ts';
import type { Seen } from '../store/seen.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post'>;
  readonly seen: Seen;
  /** Slack's id of the channel of those who operate. */
  readonly channel: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A debt that nobody pays is told again as often, so that it is neither forgotten nor noise. */
const AGAIN_MS = 15 * 60_000;

/** Tells of a debt that is left behind, once in a while over all processes, until it is gone. Never rejects. */
export function createDebtPosting({ chat, seen, channel, clock, log }: Needs): (debt: Debt, why: string) => Promise<void> {
  return async (debt, why) => {
    try {
      if (await seen.seenBefore(`debt ${debt.id} ${debt.sinceMs}`, AGAIN_MS)) return;
      await chat.post({ channel, message: debtMessage(debt, why, clock.now()), kind: 'debt', lane: 'interaction' });
    } catch (error) {
      log.error('a debt could not be told', { debt: debt.id, run: debt.run, says: debt.says, error: asError(error).message });
    }
  };
}
