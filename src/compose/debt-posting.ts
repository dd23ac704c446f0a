import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { type Debt, keptUntilMs } from '../core/debt.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { debtMessage } from '../runs/debts-card.ts';
import { keptDebtMessage, loudness } from '../runs/kept-debt.ts';
import type { Seen } from '../store/seen.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'directMessage'>;
  readonly seen: Seen;
  /** Slack's id of the channel of those who operate. */
  readonly channel: string;
  /** That of the alerts, for what nobody ends for long. */
  readonly alerts: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A debt that nobody pays is told again as often, so that it is neither forgotten nor noise. */
const AGAIN_MS = 15 * 60_000;
/** For one that waits, by its reason. */
const WAITING_MS = 60 * 60_000;

/** Tells of a debt that is left behind, once in a while over all processes, until it is gone. Never rejects. */
export function createDebtPosting(needs: Needs): (debt: Debt, why: string) => Promise<void> {
  const { chat, seen, channel, clock, log } = needs;
  return async (debt, why) => {
    try {
      const key = `debt ${debt.id} ${debt.sinceMs}`;
      if (await (debt.isToldAnew ? seen.seenBefore(`${key} ${why}`, WAITING_MS) : seen.seenBefore(key, AGAIN_MS))) return;
      if (keptUntilMs(debt) !== undefined) await tellKept(needs, debt);
      else await chat.post({ channel, message: debtMessage(debt, why, clock.now()), kind: 'debt', lane: 'interaction' });
    } catch (error) {
      log.error('a debt could not be told', { debt: debt.id, run: debt.run, says: debt.says, error: asError(error).message });
    }
  };
}

/** To the operators; after a while to its owner in person as well, then to the channel of the alerts. */
async function tellKept({ chat, channel, alerts, clock }: Needs, debt: Debt): Promise<void> {
  const nowMs = clock.now();
  const message = keptDebtMessage(debt, nowMs);
  const loud = loudness(debt, nowMs);
  const places = loud === 'alarm' && alerts !== channel ? [channel, alerts] : [channel];
  const tasks = places.map((place) => chat.post({ channel: place, message, kind: 'debt', lane: 'interaction' }));
  const toOwner = loud !== 'remind' && debt.owner !== undefined ? [chat.directMessage(debt.owner, message)] : [];
  const failed = (await Promise.allSettled([...tasks, ...toOwner])).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
