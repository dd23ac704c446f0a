import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Journal, Run } from '../core/run.ts';
import type { RunState } from '../core/run-state.ts';
import type { CouldApprove, Messenger } from '../runs/needs.ts';
import { runCard } from '../runs/run-card.ts';
import type { JournalStore } from '../store/journal.ts';
import type { Runs } from '../store/runs.ts';
import type { Seen } from '../store/seen.ts';
import { createBeside, whatOf } from './beside.ts';
import type { CopyDesk } from './copy-desk.ts';
import { createPosting } from './run-posting.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'update' | 'findPosted'>;
  readonly runs: Pick<Runs, 'get' | 'change'>;
  readonly journal: Pick<JournalStore, 'read'>;
  readonly couldApprove: CouldApprove;
  readonly copies: CopyDesk;
  readonly messenger: Pick<Messenger, 'inThread'>;
  /** What was told already, by any process. */
  readonly seen: Pick<Seen, 'seenBefore'>;
  /** Called once for each state that a run comes to, as far as this process shows it. */
  readonly changed: (run: Run) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Shows a run as one message that is edited: posts it where it was asked for, remembers where, edits it from then on. */
export type Announcer = (run: Run, journal: Journal) => Promise<void>;

/** Runs of which the last state is remembered, so that showing an ended one again counts nothing. */
const MOST = 2000;
/** Longer than an edit waits for its turn. */
const LOOK_AGAIN_MS = 6000;

/** The announcer of one process; bots and workers each have one, and all edit the same message and the same copies. */
export function createAnnouncer(needs: Needs): Announcer {
  const { chat, runs, journal: journals, couldApprove, copies, changed, seen, clock, log } = needs;
  const beside = createBeside(needs);
  const messageOf = createPosting({ chat, runs, card, seen, clock, log });
  const count = countStates(changed);
  /** What was shown last, of the runs that are looked at again; a new object each time. */
  const shown = new Map<string, { readonly what: string }>();

  async function card(run: Run, journal: Journal): Promise<Message> {
    const approvers = run.state === 'pending' ? { approvers: await couldApprove(run) } : {};
    return runCard({ run, journal, nowMs: clock.now(), ...approvers });
  }

  /** Each process edits at its own pace: an older state that arrived after a newer one must not stay. */
  async function lookAgain(id: string): Promise<void> {
    for (let last = shown.get(id); last !== undefined; last = shown.get(id)) {
      await clock.sleep(LOOK_AGAIN_MS);
      if (shown.get(id) !== last) continue;
      const run = await runs.get(id);
      if (run?.messageTs === undefined || whatOf(run) === last.what) return;
      shown.set(id, { what: whatOf(run) });
      chat.update({ channel: run.channelId, ts: run.messageTs, message: await card(run, await journals.read(id)) });
      await copies.follow(run);
    }
  }

  return async (run, journal) => {
    count(run);
    const before = shown.get(run.id)?.what;
    shown.set(run.id, { what: whatOf(run) });
    if (before === undefined)
      lookAgain(run.id)
        .catch((error: unknown) => log.debug('a run was not looked at again', { run: run.id, why: asError(error).message }))
        .finally(() => shown.delete(run.id));
    const { ts, isNew } = await messageOf(run, journal);
    if (!isNew) chat.update({ channel: run.channelId, ts, message: await card(run, journal) });
    beside({ ...run, messageTs: ts }, before).catch((error: unknown) =>
      log.warn('copies and asker of a run were not told', { run: run.id, why: asError(error).message }),
    );
  };
}

/** Calls `changed` when a run is shown in another state than before. */
function countStates(changed: (run: Run) => void): (run: Run) => void {
  const states = new Map<string, RunState>();
  return (run) => {
    if (states.get(run.id) !== run.state) changed(run);
    states.delete(run.id);
    states.set(run.id, run.state);
    const [oldest] = states.keys();
    if (states.size > MOST && oldest !== undefined) states.delete(oldest);
  };
}
