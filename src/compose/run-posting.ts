import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Journal, Run } from '../core/run.ts';
import type { Runs } from '../store/runs.ts';
import type { Seen } from '../store/seen.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'findPosted'>;
  readonly runs: Pick<Runs, 'get' | 'change'>;
  readonly card: (run: Run, journal: Journal) => Promise<Message>;
  /** What another process does already. */
  readonly seen: Pick<Seen, 'seenBefore'>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
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
      const mayPost = turnOf(needs, id);
      const stillWanted = async () => (await elsewhere(needs, id)) === undefined && (await mayPost());
      const { ts } = await chat.post({ ...post, stillWanted });
      return noted(id, ts, true);
    } catch (error) {
      const ts = await soonElsewhere(needs, id);
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

/** Longer than Slack takes for a post; a process that died in the middle holds the others up for so long. */
const TURN_MS = 15_000;
const LOOK_MS = 500;

/** One process posts at a time: when Slack is back, all that waited for it would do so in the same moment. */
function turnOf({ seen, log }: Needs, id: string): () => Promise<boolean> {
  let ours = false;
  return async () => {
    try {
      ours ||= !(await seen.seenBefore(`posting ${id}`, TURN_MS));
    } catch (error) {
      log.debug('whose turn it is to post a run can not be looked up', { run: id, why: asError(error).message });
      return true;
    }
    return ours;
  };
}

/** Where the process whose turn it was has put the message, once it has. */
async function soonElsewhere(needs: Needs, id: string): Promise<string | undefined> {
  const until = needs.clock.now() + TURN_MS;
  for (;;) {
    const ts = await elsewhere(needs, id);
    if (ts !== undefined || needs.clock.now() >= until) return ts;
    await needs.clock.sleep(LOOK_MS);
  }
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
