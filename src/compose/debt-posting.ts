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
/** Reasons may hold a host's own words, which never end to differ: so many are told in so long. */
const NEWS = 2;
const NEWS_MS = 30 * 60_000;
/** Longer than the last quarter of anything that is kept, of which the end is told at most 15 minutes before. */
const FORGET_MS = 60 * 60_000;
/** While one process tells it, no other does; when that fails or the process dies, it is told again after so long. */
const TRY_MS = 60_000;

/** A post of its own: one that fails is made again, and the others are not. */
interface Word {
  readonly id: string;
  /** Enough for so long, once it was told. */
  readonly forMs: number;
  readonly tell: () => Promise<unknown>;
}

/**
 * Tells of a debt that is left behind, once in a while over all processes, until it is gone; of one that ends soon, its owner, once.
 * Never rejects.
 */
export function createDebtPosting(needs: Needs): (debt: Debt, why: string, telling: Telling) => Promise<void> {
  const { seen, log } = needs;
  return async (debt, why, telling) => {
    const words =
      telling === 'ends soon' ? [endsSoon(needs, debt)] : telling === 'is over' ? isOver(needs, debt) : [left(needs, debt, why)];
    const isNews = telling === 'left behind' && debt.isToldAnew === true;
    const results = await Promise.allSettled(words.map((word) => once(seen, word, isNews ? idOf(debt) : undefined)));
    for (const result of results)
      if (result.status === 'rejected')
        log.error('a debt could not be told', {
          debt: debt.id,
          run: debt.run,
          says: debt.says,
          error: asError(result.reason).message,
        });
  };
}

/** `news`: whose news it is, of which only so many are told. */
async function once(seen: Seen, { id, forMs, tell }: Word, news?: string): Promise<void> {
  if (await seen.seenBefore(id, TRY_MS)) return;
  const turn = news === undefined ? undefined : await turnOf(seen, news);
  if (turn === 'none') return;
  await tell();
  await seen.remember(id, forMs);
  if (turn !== undefined) await seen.remember(turn, NEWS_MS);
}

async function turnOf(seen: Seen, news: string): Promise<string> {
  for (let turn = 1; turn <= NEWS; turn += 1) {
    const id = `${news} news ${turn}`;
    if (!(await seen.seenBefore(id, TRY_MS))) return id;
  }
  return 'none';
}

const idOf = ({ id, sinceMs }: Debt): string => `debt ${id} ${sinceMs}`;

function left({ chat, channel, clock }: Needs, debt: Debt, why: string): Word {
  const message = debtMessage(debt, why, clock.now());
  return {
    ...(debt.isToldAnew ? { id: `${idOf(debt)} ${why}`, forMs: WAITING_MS } : { id: idOf(debt), forMs: AGAIN_MS }),
    tell: () => chat.post({ channel, message, kind: 'debt', lane: 'interaction' }),
  };
}

/** In person; where that is not possible, the operators. */
function endsSoon({ chat, channel, clock, log }: Needs, debt: Debt): Word {
  const message = endsSoonMessage(debt, clock.now());
  const toAll = () => chat.post({ channel, message, kind: 'debt', lane: 'interaction' });
  const toOwner = (owner: string) =>
    chat.directMessage(owner, message).catch((error: unknown) => {
      log.warn('the owner of a debt could not be told in person', { debt: debt.id, why: asError(error).message });
      return toAll();
    });
  const { owner } = debt;
  return { id: `${idOf(debt)} ends soon`, forMs: FORGET_MS, tell: () => (owner === undefined ? toAll() : toOwner(owner)) };
}

/** To the operators; after a while to its owner in person as well, then to the channel of the alerts. */
function isOver({ chat, channel, alerts, clock }: Needs, debt: Debt): readonly Word[] {
  const nowMs = clock.now();
  const message = keptDebtMessage(debt, nowMs);
  const loud = loudness(debt, nowMs);
  const word = (place: string, tell: Word['tell']): Word => ({ id: `${idOf(debt)} ${place}`, forMs: AGAIN_MS, tell });
  const places = loud === 'alarm' && alerts !== channel ? [channel, alerts] : [channel];
  const posts = places.map((place) =>
    word(place, () => chat.post({ channel: place, message, kind: 'debt', lane: 'interaction' })),
  );
  const { owner } = debt;
  return loud === 'remind' || owner === undefined ? posts : [...posts, word(owner, () => chat.directMessage(owner, message))];
}
