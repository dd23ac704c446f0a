import type { Chat } from '../chat/chat.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import type { Messenger } from '../runs/needs.ts';
import type { Copies } from '../store/copies.ts';
import type { Runs } from '../store/runs.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'directMessage'>;
  readonly runs: Pick<Runs, 'get'>;
  readonly copies: Pick<Copies, 'of'>;
  /** Posts the notice of a change without approval, once over all processes. */
  readonly breakGlass: (run: Run) => Promise<void>;
  /** The operators' channel. */
  readonly ops: string;
  readonly log: Log;
}

/** Posts in the background; what Slack does not take is logged, and a run's own message shows the rest. */
export function createMessenger({ chat, runs, copies, breakGlass, ops, log }: Needs): Messenger {
  const post = (channel: string, message: Message, threadTs?: string) =>
    chat.post({ channel, message, lane: 'interaction', ...(threadTs === undefined ? {} : { threadTs }) });

  async function inThread({ id, channelId, messageTs }: Run, message: Message): Promise<void> {
    const threadTs = messageTs ?? (await runs.get(id))?.messageTs;
    await post(channelId, message, threadTs);
  }

  async function belowCopies({ id, votes }: Run, message: Message): Promise<void> {
    const waiting = (await copies.of(id)).filter(({ userId }) => !votes.some((vote) => vote.userId === userId));
    await Promise.all(waiting.map(({ channelId, ts }) => post(channelId, message, ts)));
  }

  const handOver = (task: Promise<unknown>, summary: string) => {
    task.catch((error: unknown) => log.warn('a message could not be posted', { summary, why: asError(error).message }));
  };

  return {
    inThread: (run, message) => handOver(inThread(run, message), message.summary),
    belowCopies: (run, message) => handOver(belowCopies(run, message), message.summary),
    toPerson: (userId, message) => handOver(chat.directMessage(userId, message), message.summary),
    breakGlass: (run) => handOver(breakGlass(run), `break-glass of run ${run.id}`),
    toOps: (message) => handOver(post(ops, message), message.summary),
  };
}
