import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import type { Debt } from '../core/debt.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { debtMessage } from '../runs/debts-card.ts';
import { endsSoonMessage, keptDebtMessage, loudness, type Telling } from '../runs/kept-debt.ts';
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
/** Longer than the last quarter of anything that is kept, of which the end is told at most 15 minutes before. */
const FORGET_MS = 60 * 60_000;

/**
 * Tells of a debt that is left behind, once in a while over all processes, until it is gone; of one that ends soon, its owner, once.
 * Never rejects.
 */
export function createDebtPosting(needs: Needs): (debt: Debt, why: string, telling: Telling) => Promise<void> {
  const { chat, seen, channel, clock, log } = needs;
  return async (debt, why, telling) => {
    const id = `${debt.id} ${debt.sinceMs}`;
    try {
      if (telling === 'ends soon') {
        if (!(await seen.seenBefore(`debt ends soon ${id}`, FORGET_MS))) await tellOwner(needs, debt);
      } else if (!(await seen.seenBefore(...told(debt, why)))) {
        if (telling === 'is over') await tellKept(needs, debt);
        else await chat.post({ channel, message: debtMessage(debt, why, clock.now()), kind: 'debt', lane: 'interaction' });
      }
    } catch (error) {
      log.error('a debt could not be told', { debt: debt.id, run: debt.run, says: debt.says, error: asError(error).message });
    }
  };
}

/** What was told, and for how long that is enough, in milliseconds. */
const told = ({ id, sinceMs, isToldAnew }: Debt, why: string): readonly [string, number] =>
  isToldAnew ? [`debt ${id} ${sinceMs} ${why}`, WAITING_MS] : [`debt ${id} ${sinceMs}`, AGAIN_MS];

/** In person; where that is not possible, the operators. */
async function tellOwner({ chat, channel, clock, log }: Needs, debt: Debt): Promise<void> {
  const message = endsSoonMessage(debt, clock.now());
  const toAll = () => chat.post({ channel, message, kind: 'debt', lane: 'interaction' });
  if (debt.owner === undefined) await toAll();
  else
    await chat.directMessage(debt.owner, message).catch((error: unknown) => {
      log.warn('the owner of a debt could not be told in person', { debt: debt.id, why: asError(error).message });
      return toAll();
    });
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
