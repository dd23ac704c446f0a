import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Journal, Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';
import type { JournalStore } from '../store/journal.ts';
import type { Runs } from '../store/runs.ts';
import type { Seen } from '../store/seen.ts';
import type { Announcer } from './announcer.ts';

export interface LatePostsNeeds {
  readonly runs: Pick<Runs, 'list'>;
  readonly journal: Pick<JournalStore, 'read'>;
  readonly seen: Pick<Seen, 'seenBefore'>;
  readonly announce: Announcer;
  /** Puts the log of a run into its thread. Never rejects. */
  readonly keepLog: (run: Run, journal: Journal) => Promise<void>;
  /** False while there is no sense in trying. */
  readonly canPost: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who posts it first is given so long before another process tries. */
const TURN_MS = 90_000;
const GIVE_TIME_MS = 15_000;
const BACK_MS = 24 * 3_600_000;
const MOST = 200;

/**
 * Shows the runs that have no message because Slack was away when they changed, the ones that have ended too. Called every few
 * seconds; any number of bots may do so.
 */
export function createLatePosts(needs: LatePostsNeeds): () => Promise<void> {
  const { runs, canPost, clock } = needs;
  return async () => {
    if (!canPost()) return;
    const [from, to] = [clock.now() - BACK_MS, clock.now() - GIVE_TIME_MS];
    const recent = await runs.list({ limit: MOST });
    const unshown = recent.filter((run) => run.messageTs === undefined && run.createdAtMs > from && run.createdAtMs < to);
    for (const run of unshown.reverse()) if (canPost()) await show(needs, run);
  };
}

async function show({ journal: journals, seen, announce, keepLog, log }: LatePostsNeeds, run: Run): Promise<void> {
  if (await seen.seenBefore(`late-post ${run.id}`, TURN_MS)) return;
  try {
    const journal = await journals.read(run.id);
    await announce(run, journal);
    if (Object.keys(journal).length > 0 && (isFinal(run.state) || run.state === 'halted')) await keepLog(run, journal);
  } catch (error) {
    log.warn('a run could still not be shown', { run: run.id, why: asError(error).message });
  }
}
