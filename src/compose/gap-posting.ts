import { gapMessage, type GapReport, isWorthTelling } from '../alerts/gap-report.ts';
import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Seen } from '../store/seen.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'findPosted'>;
  readonly seen: Pick<Seen, 'seenBefore'>;
  /** Slack's id of the channel of the alerts. */
  readonly channel: string;
  /** A time without a watch and without a change is told from so many milliseconds on. */
  readonly afterMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Several bots that start together find the same gap; a month later nobody does. */
const FORGET_MS = 30 * 24 * 3_600_000;
const TRIES = 8;

/** Tells in the alerts channel what was missed while nobody watched, once over all bots. What Slack does not take in some minutes stays in the log. */
export function createGapPosting(needs: Needs): (report: GapReport) => void {
  return (report) => {
    if (!isWorthTelling(report, needs.afterMs)) return;
    tell(needs, report).catch((error: unknown) =>
      needs.log.error('a gap could not be told', { gap: report.id, error: asError(error).message }),
    );
  };
}

async function tell({ chat, seen, channel, clock, log }: Needs, report: GapReport): Promise<void> {
  const isTold = await seen.seenBefore(report.id, FORGET_MS).catch((error: unknown) => {
    log.warn('the store does not say whether a gap was told', { gap: report.id, error: asError(error).message });
    return false;
  });
  if (isTold) return;
  for (let tries = 1; ; tries += 1) {
    try {
      // An answer that was lost must not make two of it.
      if (tries > 1 && (await chat.findPosted(channel, report.id, {}))) return;
      await chat.post({ channel, message: gapMessage(report), metadata: { id: report.id }, kind: 'gap', lane: 'alerts' });
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await clock.sleep(1000 * 2 ** tries);
    }
  }
}
