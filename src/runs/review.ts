import { refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { showRun } from './show-run.ts';

/**
 * Closes the review of a run that was started without approval, for an approver who was just admitted and is not the one who started
 * it.
 * @throws Refusal when there is no open review, or the run has not ended.
 */
export async function reviewRun(needs: LedgerNeeds, run: Run, by: Asker, says: string): Promise<Message> {
  const { runs, reviews, clock } = needs;
  if (!run.breakGlass) throw refusal(`run ${run.id} was started the usual way, so there is no review`, 'See `/pg reviews`.');
  if (!isFinal(run.state))
    throw refusal(`run ${run.id} is ${run.state}; it is reviewed when it has ended`, `Watch it with \`/pg run ${run.id}\`.`);
  const review = { userId: by.userId, userName: by.userName, atMs: clock.now(), says };
  const changed = await runs.change(run.id, (now) => {
    if (!now.breakGlass || now.breakGlass.review) return undefined;
    const audit = byPerson(by, now, { what: 'run.review', result: 'reviewed', atMs: clock.now(), why: says });
    return { patch: { breakGlass: { ...now.breakGlass, review } }, audit };
  });
  if (!changed?.changed) throw reviewed(changed?.run ?? run);
  // What nobody was told of yet is found by this index, and told all the same.
  if (changed.run.breakGlass?.toldAtMs !== undefined) await reviews.remove(run.id);
  await showRun(needs, changed.run);
  const said = `Reviewed: ${run.plan.summary}`;
  return { summary: said, parts: [{ line: said, sign: 'ok' }] };
}

function reviewed({ id, breakGlass }: Run) {
  const by = breakGlass?.review?.userName ?? 'somebody';
  return refusal(`run ${id} was reviewed by ${by} already`, 'See `/pg reviews` for those that are open.');
}
