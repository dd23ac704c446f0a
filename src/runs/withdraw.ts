import { asError, refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import type { RunState } from '../core/run-state.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';

/**
 * Takes a request back before it has started, or gives up a halted run, which releases its locks, for a person who was just admitted.
 * @throws Refusal once it runs or has ended.
 */
export async function withdrawRun(needs: LedgerNeeds, run: Run, by: Asker): Promise<Message> {
  const { runs, locks, clock } = needs;
  const changed = await runs.change(run.id, (now) => {
    const state = afterwards(now.state);
    if (!state) return undefined;
    const why = state === 'cancelled' ? `given up by ${by.userName} after it had halted` : `withdrawn by ${by.userName}`;
    const audit = byPerson(by, now, { what: 'run.withdraw', result: state, atMs: clock.now(), why: now.why });
    return { patch: { state, why, endedAtMs: clock.now() }, audit };
  });
  if (!changed?.changed) throw tooLate(changed?.run ?? run);
  await locks.release({ run: run.id, epoch: changed.run.epoch, locks: run.locks });
  await show(needs, changed.run);
  const says = `${changed.run.state === 'cancelled' ? 'Given up' : 'Withdrawn'}: ${run.plan.summary}`;
  return { summary: says, parts: [{ line: says, sign: 'ok' }] };
}

function afterwards(state: RunState): RunState | undefined {
  if (state === 'halted') return 'cancelled';
  return state === 'pending' || state === 'approved' || state === 'queued' ? 'withdrawn' : undefined;
}

function tooLate({ state, id }: Run) {
  if (state === 'running' || state === 'cancelling')
    return refusal(
      `run ${id} has started, so it cannot be withdrawn`,
      `Watch it with \`/pg run ${id}\`; it says where it stands.`,
    );
  return refusal(`run ${id} is ${state} already`, `See \`/pg run ${id}\`.`);
}

async function show({ journal, announce, log }: LedgerNeeds, run: Run): Promise<void> {
  try {
    await announce(run, await journal.read(run.id));
  } catch (error) {
    log.warn('a withdrawal could not be shown', { run: run.id, error: asError(error).message });
  }
}
