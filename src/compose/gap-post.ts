import { gapMessage } from '../alerts/gap-report.ts';
import type { Chat } from '../chat/chat.ts';
import { isRefusedBySlack } from '../chat/lane.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { GapReport } from '../core/gap-report.ts';
import type { Log } from '../core/log.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'findPosted'>;
  /** Slack's id of the channel of the alerts. */
  readonly channel: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Posts one report unless it stands in the channel; `undefined` when it may not stand there, and should be tried again later. Never rejects. */
export type GapPost = (report: GapReport, stillWanted?: () => Promise<boolean>) => Promise<'posted' | 'found' | undefined>;

/** After a try that failed, though the post itself waits long for Slack; milliseconds. */
const AGAIN_MS = 30_000;

export function createGapPost(needs: Needs): GapPost {
  const { chat, channel, clock, log } = needs;
  const posting = new Set<string>();
  const notBeforeMs = new Map<string, number>();

  const lookUp = async ({ id, fromMs }: GapReport): Promise<boolean> => {
    try {
      return (await chat.findPosted(channel, id, { sinceMs: fromMs })) !== undefined;
    } catch (error) {
      // Without the right to read the channel, two messages are better than none.
      if (!isRefusedBySlack(error)) throw error;
      log.warn('a gap can not be looked up in the channel; it may appear twice', { gap: id, why: asError(error).message });
      return false;
    }
  };
  return async (report, stillWanted) => {
    const { id } = report;
    if (posting.has(id) || clock.now() < (notBeforeMs.get(id) ?? 0)) return undefined;
    posting.add(id);
    try {
      if (await lookUp(report)) return 'found';
      const wanted = stillWanted ? { stillWanted } : {};
      await chat.post({ channel, message: gapMessage(report), metadata: { id }, kind: 'gap', lane: 'alerts', ...wanted });
      return 'posted';
    } catch (error) {
      notBeforeMs.set(id, clock.now() + AGAIN_MS);
      log.warn('a gap could not be told yet', { gap: id, why: asError(error).message });
      return undefined;
    } finally {
      posting.delete(id);
    }
  };
}
