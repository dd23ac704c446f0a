import type { Chat } from '../chat/chat.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Journal, Run } from '../core/run.ts';
import type { Runs } from '../store/runs.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'findPosted'>;
  readonly runs: Pick<Runs, 'get' | 'change'>;
  readonly card: (run: Run, journal: Journal) => Promise<Message>;
  readonly log: Log;
}

interface Place {
  readonly ts: string;
  /** It was posted just now, with what it must show. */
  readonly isNew: boolean;
}

/** Where a run's message is. @throws when Slack does not take it. */
export type MessageOf = (run: Run, journal: Journal) => Promise<Place>;

/** The message of a run: known, found again after a crash or a lost answer, or posted now; never twice from this process. */
export function createPosting(needs: Needs): MessageOf {
  const { chat, runs, card } = needs;
  const posting = new Map<string, Promise<Place>>();

  async function posted(run: Run, journal: Journal): Promise<Place> {
    const { id, channelId: channel } = run;
    // Only a request that nobody has touched yet is surely shown for the first time.
    const found = run.revision > 1 ? await search(needs, run) : undefined;
    if (found) return noted(id, found.ts, false);
    try {
      const post = { channel, message: await card(run, journal), metadata: { id }, kind: 'run', lane: 'interaction' } as const;
      const { ts } = await chat.post({ ...post, stillWanted: async () => (await elsewhere(needs, id)) === undefined });
      return noted(id, ts, true);
    } catch (error) {
      const ts = await elsewhere(needs, id);
      if (ts === undefined) throw error;
      return { ts, isNew: false };
    }
  }

  async function noted(id: string, ts: string, isNew: boolean): Promise<Place> {
    await runs.change(id, () => ({ patch: { messageTs: ts } }));
    return { ts, isNew };
  }

  return async (run, journal) => {
    const known = run.messageTs ?? (await runs.get(run.id))?.messageTs;
    if (known) return { ts: known, isNew: false };
    const under = posting.get(run.id);
    if (under) return { ...(await under), isNew: false };
    const post = posted(run, journal);
    posting.set(run.id, post);
    try {
      return await post;
    } finally {
      posting.delete(run.id);
    }
  };
}

/** Two messages are better than none. */
async function search({ chat, log }: Needs, { id, channelId, createdAtMs: sinceMs }: Run) {
  try {
    return await chat.findPosted(channelId, id, { sinceMs });
  } catch (error) {
    log.warn("a run's message can not be looked up; it may appear twice", { run: id, why: asError(error).message });
    return undefined;
  }
}

/** Another process may have posted it while this one waited for Slack. */
async function elsewhere({ runs, log }: Needs, id: string): Promise<string | undefined> {
  try {
    return (await runs.get(id))?.messageTs;
  } catch (error) {
    log.debug("whether a run's message is posted already can not be looked up", { run: id, why: asError(error).message });
    return undefined;
  }
}
