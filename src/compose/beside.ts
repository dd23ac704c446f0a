import type { Run } from '../core/run.ts';
import type { Messenger } from '../runs/needs.ts';
import { outcomeNotice } from '../runs/outcome-notice.ts';
import type { Runs } from '../store/runs.ts';
import type { Seen } from '../store/seen.ts';
import type { CopyDesk } from './copy-desk.ts';

interface Needs {
  readonly runs: Pick<Runs, 'get'>;
  readonly copies: CopyDesk;
  readonly messenger: Pick<Messenger, 'inThread'>;
  /** What was told already, by any process. */
  readonly seen: Pick<Seen, 'seenBefore'>;
}

/** Longer than any request lives. */
const TOLD_MS = 120 * 86_400_000;

/** What of a run its copies show: what was decided, not every step. */
export function whatOf({ state, votes, askedAgainAs, reversedAs, breakGlass }: Run): string {
  return [state, votes.length, askedAgainAs, reversedAs, breakGlass?.review?.atMs].join(' ');
}

/** Keeps the copies of a request up with it, and tells its asker each news once, whichever process brings it. */
export function createBeside({ runs, copies, messenger, seen }: Needs) {
  /** What was decided while they were sent reached only those that were there. */
  async function send(run: Run): Promise<void> {
    await copies.send(run);
    const now = await runs.get(run.id);
    if (now && whatOf(now) !== whatOf(run)) await copies.follow(now);
  }

  /** Once, by whichever process shows the request first. */
  async function isToSend({ id, state, approvalsNeeded }: Run): Promise<boolean> {
    return state === 'pending' && approvalsNeeded > 0 && !(await seen.seenBefore(`copies ${id}`, TOLD_MS));
  }

  async function tellAsker(run: Run): Promise<void> {
    const notice = outcomeNotice(run);
    if (!notice || (await seen.seenBefore(`told ${run.id} ${notice.news}`, TOLD_MS))) return;
    messenger.inThread(run, notice.message);
  }

  return async (run: Run, before: string | undefined): Promise<void> => {
    if (await isToSend(run)) await send(run);
    else if (before !== whatOf(run)) await copies.follow(run);
    await tellAsker(run);
  };
}
