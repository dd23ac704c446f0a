import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import type { Journal, Run } from '../core/run.ts';
import { runCard } from '../runs/run-card.ts';
import type { Runs } from '../store/runs.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'update' | 'findPosted'>;
  readonly runs: Pick<Runs, 'get' | 'change'>;
  readonly approvers: (run: Run) => { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly changed: (run: Run) => void;
  readonly clock: Clock;
}

/** Shows a run as one message that is edited: posts it where it was asked for, remembers where, edits it from then on. */
export type Announcer = (run: Run, journal: Journal) => Promise<void>;

export function createAnnouncer({ chat, runs, approvers, changed, clock }: Needs): Announcer {
  const posting = new Map<string, Promise<string>>();

  /** The message of a run: known, found again after a lost answer, or posted now; never twice from this process. */
  async function messageOf(run: Run, journal: Journal): Promise<{ readonly ts: string; readonly isNew: boolean }> {
    const known = run.messageTs ?? (await runs.get(run.id))?.messageTs;
    if (known) return { ts: known, isNew: false };
    const under = posting.get(run.id);
    if (under) return { ts: await under, isNew: false };
    const post = posted(run, journal);
    posting.set(run.id, post);
    try {
      return { ts: await post, isNew: true };
    } finally {
      posting.delete(run.id);
    }
  }

  async function posted(run: Run, journal: Journal): Promise<string> {
    const { id, channelId: channel } = run;
    const found = Object.keys(journal).length > 0 ? await chat.findPosted(channel, id, { sinceMs: run.createdAtMs }) : undefined;
    const message = runCard({ run, journal, nowMs: clock.now(), approvers: approvers(run) });
    const { ts } = found ?? (await chat.post({ channel, message, metadata: { id }, kind: 'run', lane: 'interaction' }));
    await runs.change(id, () => ({ patch: { messageTs: ts } }));
    return ts;
  }

  return async (run, journal) => {
    changed(run);
    const { ts, isNew } = await messageOf(run, journal);
    if (isNew) return;
    const message = runCard({ run, journal, nowMs: clock.now(), approvers: approvers(run) });
    chat.update({ channel: run.channelId, ts, message });
  };
}
