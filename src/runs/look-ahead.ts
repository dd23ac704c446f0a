import { asError } from '../core/errors.ts';
import type { Message, Part } from '../core/message.ts';
import type { Run, RunReport } from '../core/run.ts';
import { byWorker } from './audit-line.ts';
import type { Announce, Messenger, RunStore } from './needs.ts';
import type { AttemptNeeds } from './attempt-needs.ts';
import type { Ended } from './step-work.ts';
import { type StillNeeds, stillApproved } from './still-approved.ts';

export type LookAheadNeeds = StillNeeds & {
  readonly runs: RunStore;
  readonly announce: Announce;
  readonly messenger: Pick<Messenger, 'inThread' | 'toPerson'>;
} & Pick<AttemptNeeds, 'log'>;

/** So long before its time an approved run is looked at once more, while there is time to ask anew. */
export const LOOK_AHEAD_MS = 5 * 60_000;

/**
 * Looks at an approved, scheduled run shortly before its time, once over all processes: people, maintenance, plan. One that would not
 * start is stale now and its asker is told; one that can't be looked at is left to the look at its time, and its asker is told too.
 */
export async function lookAhead(needs: LookAheadNeeds, { id, scheduledAtMs = 0 }: Run): Promise<void> {
  const { runs, clock } = needs;
  if (clock.now() < scheduledAtMs - LOOK_AHEAD_MS) return;
  const claimed = await runs.change(id, (now) => {
    if (now.state !== 'approved' || now.lookedAheadAtMs !== undefined) return undefined;
    const audit = byWorker(now, { what: 'run.look-ahead', result: 'begun', atMs: clock.now() });
    return { patch: { lookedAheadAtMs: clock.now() }, audit };
  });
  if (!claimed?.changed) return;
  const { run } = claimed;
  const found = await stillApproved(needs, run).catch(
    (error: unknown): Ended => ({ state: 'failed', why: `it could not be looked at: ${asError(error).message}` }),
  );
  if (!found) return;
  if (found.state === 'stale') await makeStale(needs, run, found);
  tellAsker(needs, run, found);
}

async function makeStale({ runs, clock, announce, log }: LookAheadNeeds, { id }: Run, found: Ended): Promise<void> {
  const { why } = found;
  const lines = (found.drift ?? []).map(({ approved, now }): RunReport['lines'][number] => {
    return { sign: 'warn', text: `approved: ${approved} · now: ${now}` };
  });
  const changed = await runs.change(id, (now) => {
    if (now.state !== 'approved') return undefined;
    const audit = byWorker(now, { what: 'run.look-ahead', result: 'stale', atMs: clock.now(), why });
    return { patch: { state: 'stale', why, endedAtMs: clock.now(), report: { says: why, lines } }, audit };
  });
  if (!changed?.changed) return;
  await announce(changed.run, {}).catch((error: unknown) =>
    log.warn('a stale run could not be shown', { run: id, error: asError(error).message }),
  );
}

function tellAsker({ messenger }: LookAheadNeeds, run: Run, { state, why }: Ended): void {
  const message = lookAheadMessage(run, state === 'stale', why);
  messenger.inThread(run, message);
  messenger.toPerson(run.requester.userId, message);
}

/** What the asker of a scheduled run is told when the look ahead of its time found something. */
export function lookAheadMessage(run: Run, isStale: boolean, why: string): Message {
  const { id, requester, scheduledAs = '', scheduledAtMs = 0 } = run;
  const head = isStale ? `Run ${id} will not run at ${scheduledAs}` : `Run ${id} could not be checked ahead of ${scheduledAs}`;
  const next: Part = isStale
    ? { line: ['Nothing was done. Ask for it again with a new time: ', { code: `/pg ${run.runbook} ${run.cluster}` }] }
    : { line: ['It is checked again at its time, ', { timeMs: scheduledAtMs }, ', and does not run if that fails.'] };
  return {
    summary: `${head}: ${why}`,
    parts: [{ line: [{ person: requester.userId }, `: ${head}: ${why}.`], sign: 'warn' }, next],
  };
}
