import type { Chat } from '../chat/chat.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Journal, Run } from '../core/run.ts';
import { runLog } from '../runs/run-log.ts';
import { didLines } from '../runs/step-lines.ts';
import type { Runs } from '../store/runs.ts';

/** Puts the log of a run that came to its end, or to a halt, into the thread of its message. Never rejects. */
export function createLogPosting({
  chat,
  runs,
  log,
}: {
  readonly chat: Pick<Chat, 'post'>;
  readonly runs: Pick<Runs, 'get'>;
  readonly log: Log;
}): (run: Run, journal: Journal) => Promise<void> {
  return async (run, journal) => {
    try {
      const threadTs = run.messageTs ?? (await runs.get(run.id))?.messageTs;
      if (threadTs === undefined) return;
      const file = runLog(run, journal);
      await chat.post({
        ...{ channel: run.channelId, threadTs, kind: 'log', lane: 'interaction' },
        message: {
          summary: file.title,
          parts: [...didLines(run, journal), { note: `${file.title} is attached.` }],
          attachments: [file],
        },
        metadata: { id: `${run.id}-log-${run.epoch}` },
      });
    } catch (error) {
      log.warn('the log of a run could not be put into its thread', { run: run.id, error: asError(error).message });
    }
  };
}
