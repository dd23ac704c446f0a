import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

interface Needs {
  readonly chat: Pick<Chat, 'start' | 'stop'>;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Connects to Slack. While Slack is not there the bot goes on without it (alerts wait, the command line works) and this goes on
 * trying. Resolves with how to stop.
 * @throws Refusal for what waiting does not mend, at the first try alone: wrong tokens, workspace or port.
 */
export async function startChat({ chat, clock, log }: Needs): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  let trying: Promise<void> = Promise.resolve();
  try {
    await chat.start();
  } catch (error) {
    if (!(error instanceof TrunklineError) || error.kind !== 'unreachable') throw error;
    log.error('started without Slack: it is tried again; the command line and the runs go on', { why: error.message });
    trying = tryAgain();
  }
  return async () => {
    stopping.abort();
    await trying;
    await chat.stop();
  };

  async function tryAgain(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !stopping.signal.aborted; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      await clock.sleep(pauseMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        await chat.start();
        log.info('slack is there now');
        return;
      } catch (error) {
        // A refusal may be mended in Slack's pages, and the work of this process does not hang on it.
        log.error('slack can still not be connected', { why: asError(error).message });
      }
    }
  }
}
