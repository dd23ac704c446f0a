import { refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { showRun } from './show-run.ts';

/** Two people who press at once ask for one request. */
const AT_ONCE_MS = 5000;

/**
 * Asks for what takes a run that succeeded back, for a person who was just admitted: a request of its own, through the whole gate.
 * @throws Refusal when it did not succeed, has no reverse, or it was asked for already.
 */
export async function askReverse(needs: LedgerNeeds, run: Run, by: Asker): Promise<Message> {
  const { id, state, report, runbook, channelId, reversedAs } = run;
  const reverse = state === 'succeeded' ? report?.reverse : undefined;
  if (!reverse)
    throw refusal(
      `run ${id} can not be taken back by one word`,
      `See \`/pg run ${id}\` for what it did, and ask for what you want.`,
    );
  if (reversedAs !== undefined) throw refusal(`the reverse of run ${id} was asked for already`, `See \`/pg run ${reversedAs}\`.`);
  if (await needs.seen.seenBefore(`reverse ${id}`, AT_ONCE_MS))
    throw refusal(
      `somebody asks for the reverse of run ${id} at this moment`,
      'Look for the new request; if there is none, press again.',
    );
  const proposed = await needs.propose({
    ...{ runbook, input: reverse.input, view: await needs.viewOf(by), asker: { ...by, channelId } },
    reason: `takes run ${id} back${run.reason ? `: ${run.reason}` : ''}`.slice(0, 500),
  });
  if ('message' in proposed) return proposed.message;
  await noteOn(needs, run, proposed.run, by);
  const says = `The reverse of run ${id} is asked for as run ${proposed.run.id}: ${proposed.run.plan.summary}`;
  return { summary: says, parts: [{ line: says, sign: 'ok' }] };
}

/** The old card says where it goes on and has no button any more. */
async function noteOn(needs: LedgerNeeds, old: Run, fresh: Run, by: Asker): Promise<void> {
  const noted = await needs.runs.change(old.id, (now) => {
    if (now.reversedAs !== undefined) return undefined;
    const audit = byPerson(by, now, { what: 'run.revert', result: fresh.id, atMs: needs.clock.now() });
    return { patch: { reversedAs: fresh.id }, audit };
  });
  if (noted?.changed) await showRun(needs, noted.run);
}
