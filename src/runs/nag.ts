import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { formatDuration } from '../core/units.ts';
import { byWorker } from './audit-line.ts';
import { reviewCommand } from './break-glass-notice.ts';
import type { Messenger, ReviewIndex, RunStore } from './needs.ts';
import { titleWords } from './title-words.ts';

export interface NagNeeds {
  readonly runs: RunStore;
  readonly reviews: Pick<ReviewIndex, 'list' | 'remove'>;
  readonly messenger: Pick<Messenger, 'toOps' | 'breakGlass'>;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;

/**
 * Tells the operators' channel of each change without approval that it was not told of, because whoever asked for it died before
 * that or Slack was away; and of each overdue review, once a day over all processes.
 * @throws Error that names those that could not be looked at.
 */
export async function nag(needs: NagNeeds): Promise<void> {
  const failed: string[] = [];
  for (const id of await needs.reviews.list())
    await nagAbout(needs, id).catch((error: unknown) => failed.push(`${id}: ${asError(error).message}`));
  if (failed.length > 0) throw new Error(failed.join('; '));
}

async function nagAbout({ runs, reviews, messenger, clock }: NagNeeds, id: string): Promise<void> {
  const nowMs = clock.now();
  const known = await runs.get(id);
  if (known?.breakGlass && known.breakGlass.toldAtMs === undefined) messenger.breakGlass(known);
  else if (known?.breakGlass?.review) return reviews.remove(id);
  if (!known || !isDue(known, nowMs)) return;
  const claimed = await runs.change(id, (run) => {
    if (!run.breakGlass || !isDue(run, nowMs)) return undefined;
    const audit = byWorker(run, { what: 'run.review', result: 'overdue', atMs: nowMs });
    return { patch: { breakGlass: { ...run.breakGlass, naggedAtMs: nowMs } }, audit };
  });
  if (claimed?.changed) messenger.toOps(overdueMessage(claimed.run, nowMs));
}

function isDue({ breakGlass }: Run, nowMs: number): boolean {
  if (!breakGlass || breakGlass.review) return false;
  const { reviewDueAtMs, naggedAtMs } = breakGlass;
  return nowMs >= reviewDueAtMs && (naggedAtMs === undefined || nowMs - naggedAtMs >= DAY_MS);
}

/** What the operators' channel is told of a review that nobody has closed in time. */
export function overdueMessage({ id, plan, requester, reason = '', breakGlass }: Run, nowMs: number): Message {
  const late = formatDuration(nowMs - (breakGlass?.reviewDueAtMs ?? nowMs));
  const says = `The review of run ${id} is overdue by ${late}`;
  return {
    summary: says,
    parts: [
      { title: says, sign: 'warn' },
      { line: `Started without approval: ${titleWords(plan.summary).title}` },
      { line: ['By ', { person: requester.userId }, ` · reason: ${reason}`] },
      { line: ['An approver other than them closes it: ', { code: reviewCommand(id) }] },
      { buttons: [{ label: 'Close the review', action: 'review', value: id, style: 'primary' }] },
    ],
  };
}
