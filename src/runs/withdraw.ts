import { refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import type { RunState } from '../core/run-state.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { showRun } from './show-run.ts';

const NOT_STARTED: readonly RunState[] = ['pending', 'approved', 'queued'];

/**
 * Takes a request back before it has started, for a person who was just admitted.
 * @throws Refusal once it runs or has ended.
 */
export async function withdrawRun(needs: LedgerNeeds, run: Run, by: Asker): Promise<Message> {
  const { runs, clock } = needs;
  const changed = await runs.change(run.id, (now) => {
    if (!NOT_STARTED.includes(now.state)) return undefined;
    const why = `withdrawn by ${by.userName}`;
    const audit = byPerson(by, now, { what: 'run.withdraw', result: 'withdrawn', atMs: clock.now() });
    return { patch: { state: 'withdrawn', why, endedAtMs: clock.now() }, audit };
  });
  if (!changed?.changed) throw tooLate(changed?.run ?? run);
  await showRun(needs, changed.run);
  const says = `Withdrawn: ${run.plan.summary}`;
  return { summary: says, parts: [{ line: says, sign: 'ok' }] };
}

function tooLate({ state, id }: Run) {
  if (state === 'running' || state === 'cancelling')
    return refusal(
      `run ${id} has started, so it cannot be withdrawn`,
      `Stop it with \`/pg cancel ${id}\`; it says what that means for the step in hand.`,
    );
  if (state === 'halted')
    return refusal(`run ${id} has halted, so it cannot be withdrawn`, `Give it up with \`/pg abandon ${id}\`.`);
  return refusal(`run ${id} is ${state} already`, `See \`/pg run ${id}\`.`);
}
