import { refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Journal, Run } from '../core/run.ts';
import { addToQueue } from './add-to-queue.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { showRun } from './show-run.ts';
import { standsAt } from './stands-at.ts';
import { withdrawRun } from './withdraw.ts';

/**
 * Wants a running run stopped, for a person who was just admitted. The answer says what that means for the step in hand; what became of
 * it is told by the run itself once it was looked at. One that has not started is withdrawn.
 * @throws Refusal once it has ended, halted or is being stopped.
 */
export async function cancelRun(needs: LedgerNeeds, run: Run, by: Asker): Promise<Message> {
  const { runs, journal, clock, queue, log } = needs;
  if (run.state === 'pending' || run.state === 'approved' || run.state === 'queued') return withdrawRun(needs, run, by);
  const changed = await runs.change(run.id, (now) => {
    if (now.state !== 'running') return undefined;
    const atMs = clock.now();
    const cancelledBy = { userId: by.userId, userName: by.userName, atMs };
    return {
      patch: { state: 'cancelling', cancelledBy },
      audit: byPerson(by, now, { what: 'run.cancel', result: 'cancelling', atMs }),
    };
  });
  if (!changed?.changed) throw tooLate(changed?.run ?? run);
  await addToQueue({ queue, log }, run.id);
  const entries = await journal.read(run.id);
  await showRun(needs, changed.run);
  const says = whatItMeans(needs, run, entries);
  return {
    summary: says,
    parts: [{ line: says, sign: 'busy' }, { note: ['It tells when it has stopped: ', { code: `/pg run ${run.id}` }] }],
  };
}

/** One of three honest answers. */
function whatItMeans({ canBeEnded }: LedgerNeeds, run: Run, journal: Journal): string {
  const step = standsAt(run, journal);
  if (!step) return `Run ${run.id} has done its last step and is about to report; there is nothing left to stop`;
  const begun = journal[step.id] !== undefined;
  if (!begun || !step.act) return `Run ${run.id} stops ${begun ? 'while it waits in' : 'before'} '${step.title}'`;
  if (canBeEnded(step.act.act)) return `'${step.title}' is told to end; run ${run.id} says when it is checked to be gone`;
  return `'${step.title}' can't be interrupted; run ${run.id} stops after it`;
}

function tooLate({ state, id }: Run) {
  if (state === 'cancelling') return refusal(`run ${id} is being stopped already`, `Watch it with \`/pg run ${id}\`.`);
  if (state === 'halted')
    return refusal(`run ${id} has halted, so nothing runs that could be stopped`, `Decide: \`/pg abandon ${id}\` gives it up.`);
  return refusal(`run ${id} is ${state} already`, `See \`/pg run ${id}\`.`);
}
