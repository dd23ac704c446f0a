import { refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { showRun } from './show-run.ts';

/**
 * Asks for a stale or expired request again, for a person who was just admitted: what was asked then is looked at, planned and
 * approved anew, and stands where the old one stood. An override is not carried over; whoever wants it says so again.
 * @throws Refusal when it was not stale or expired, was asked again already, or was scheduled for a time that has passed.
 */
export async function askAgain(needs: LedgerNeeds, run: Run, by: Asker): Promise<Message> {
  const { clock, propose, viewOf, linkTo, seen } = needs;
  mayBeAskedAgain(run, clock.now());
  if (await seen.seenBefore(`again ${run.id}`, AT_ONCE_MS))
    throw refusal(
      `somebody asks for run ${run.id} again at this moment`,
      'Look for the new request; if there is none, press again.',
    );
  const { runbook, input, asked = input, reason, channelId, scheduledAtMs, scheduledAs = '' } = run;
  const link = await linkTo(run);
  const proposed = await propose({
    ...{ runbook, input: asked, view: await viewOf(by) },
    asker: { ...by, channelId },
    ...(reason ? { reason } : {}),
    ...(scheduledAtMs === undefined ? {} : { start: { at: { atMs: scheduledAtMs, says: scheduledAs } } }),
    againOf: { run: run.id, ...(link ? { link } : {}) },
  });
  if ('message' in proposed) return proposed.message;
  await noteOn(needs, run, proposed.run, by);
  const says = `Asked again as run ${proposed.run.id}: ${proposed.run.plan.summary}`;
  return { summary: says, parts: [{ line: says, sign: 'ok' }] };
}

/** Two people who press at once ask for one request. */
const AT_ONCE_MS = 5000;

function mayBeAskedAgain({ id, state, askedAgainAs, scheduledAtMs, runbook, cluster }: Run, nowMs: number): void {
  if (state !== 'stale' && state !== 'expired')
    throw refusal(`run ${id} is ${state}; only what is stale or expired is asked again`, `See \`/pg run ${id}\`.`);
  if (askedAgainAs !== undefined) throw refusal(`run ${id} was asked again already`, `See \`/pg run ${askedAgainAs}\`.`);
  if (scheduledAtMs !== undefined && scheduledAtMs <= nowMs)
    throw refusal(
      `run ${id} was scheduled for a time that has passed`,
      `Ask with a new one: \`/pg ${runbook} ${cluster} --at '2026-11-30 02:00 Europe/Berlin'\`.`,
    );
}

/** The old card says where it goes on and has no button any more. */
async function noteOn(needs: LedgerNeeds, old: Run, fresh: Run, by: Asker): Promise<void> {
  const { runs, clock } = needs;
  const noted = await runs.change(old.id, (now) => {
    if (now.askedAgainAs !== undefined) return undefined;
    const audit = byPerson(by, now, { what: 'run.again', result: fresh.id, atMs: clock.now() });
    return { patch: { askedAgainAs: fresh.id }, audit };
  });
  if (noted?.changed) await showRun(needs, noted.run);
}
