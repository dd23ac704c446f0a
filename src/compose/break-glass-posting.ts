import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Run } from '../core/run.ts';
import { breakGlassNotice } from '../runs/break-glass-notice.ts';
import type { Runs } from '../store/runs.ts';
import type { Seen } from '../store/seen.ts';

interface Needs {
  readonly chat: Pick<Chat, 'post' | 'findPosted'>;
  readonly runs: Pick<Runs, 'get' | 'change'>;
  /** What another process does already. */
  readonly seen: Pick<Seen, 'seenBefore'>;
  /** The operators' channel. */
  readonly ops: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** So often it is tried, by all processes together: each sweep of each of them asks for it. */
const TRY_EVERY_MS = 15_000;
/** Longer than Slack takes for one post. */
const TURN_MS = 15_000;

/**
 * The notice of a change without approval in the operators' channel, and in the run's record that it stands there. It is found again
 * by the id in its metadata, so it may be asked for until it was told: after a crash at any point, and while Slack is away.
 * Resolves also when another process does it.
 * @throws when Slack does not take it now, or can't be asked whether it is there; it is asked for again.
 */
export function createBreakGlassPosting(needs: Needs): (run: Run) => Promise<void> {
  const posting = new Set<string>();
  return async (run) => {
    if (run.breakGlass?.toldAtMs !== undefined || posting.has(run.id)) return;
    posting.add(run.id);
    try {
      if (!(await needs.seen.seenBefore(`break-glass try ${run.id}`, TRY_EVERY_MS))) await tell(needs, run);
    } finally {
      posting.delete(run.id);
    }
  };
}

async function tell(needs: Needs, run: Run): Promise<void> {
  const { chat, ops, clock } = needs;
  const id = `break-glass ${run.id}`;
  // Nothing that was just stored can stand there; a lost answer is looked for by the post itself.
  const isFirst = clock.now() - run.createdAtMs < TRY_EVERY_MS;
  if (isFirst || !(await chat.findPosted(ops, id, { sinceMs: run.createdAtMs }))) {
    const message = breakGlassNotice(run, clock.now());
    const post = { channel: ops, message, metadata: { id }, kind: 'break_glass', lane: 'interaction' } as const;
    try {
      await chat.post({ ...post, stillWanted: wantedBy(needs, run.id) });
    } catch (error) {
      if (error instanceof TrunklineError && error.kind === 'stale') return;
      throw error;
    }
  }
  await needs.runs.change(run.id, ({ breakGlass }) => {
    if (!breakGlass || breakGlass.toldAtMs !== undefined) return undefined;
    return { patch: { breakGlass: { ...breakGlass, toldAtMs: clock.now() } } };
  });
}

/** Just before it is sent: whether nobody has told it by now, and it is this process's turn. Two notices are better than none. */
function wantedBy({ runs, seen, log }: Needs, id: string): () => Promise<boolean> {
  let ours = false;
  return async () => {
    try {
      if ((await runs.get(id))?.breakGlass?.toldAtMs !== undefined) return false;
      ours ||= !(await seen.seenBefore(`break-glass posting ${id}`, TURN_MS));
      return ours;
    } catch (error) {
      log.warn('whether a break-glass notice is told can not be looked up; it may appear twice', {
        run: id,
        why: asError(error).message,
      });
      return true;
    }
  };
}
