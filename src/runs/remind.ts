import type { Message } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { byWorker } from './audit-line.ts';
import type { CouldApprove, Messenger, RunStore } from './needs.ts';
import { type Approvers, whoCan } from './pending-end.ts';
import type { Clock } from '../core/clock.ts';

export interface RemindNeeds {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly couldApprove: CouldApprove;
  readonly messenger: Pick<Messenger, 'inThread' | 'belowCopies'>;
}

/** Reminds people of a request once over all processes, when half of its time has passed; names who could still approve. */
export async function remind(needs: RemindNeeds, request: Run): Promise<void> {
  const { id, createdAtMs, expiresAtMs, remindedAtMs, approvalsNeeded } = request;
  const { runs, clock, couldApprove, messenger } = needs;
  if (approvalsNeeded === 0 || remindedAtMs !== undefined || clock.now() < createdAtMs + (expiresAtMs - createdAtMs) / 2) return;
  const claimed = await runs.change(id, (now) => {
    if (now.state !== 'pending' || now.remindedAtMs !== undefined) return undefined;
    const audit = byWorker(now, { what: 'run.remind', result: 'reminded', atMs: clock.now() });
    return { patch: { remindedAtMs: clock.now() }, audit };
  });
  if (!claimed?.changed) return;
  const message = reminderOf(claimed.run, await couldApprove(claimed.run));
  messenger.inThread(claimed.run, message);
  messenger.belowCopies(claimed.run, message);
}

/** `Still waiting: 0 of 1 approvals. Lapses at ... Could still approve: ...`. */
export function reminderOf({ id, votes, approvalsNeeded, expiresAtMs }: Run, approvers: Approvers): Message {
  const given = votes.filter(({ verdict }) => verdict === 'approve').length;
  const says = `Run ${id} still waits: ${given} of ${approvalsNeeded} approvals`;
  const who = whoCan(approvers);
  const nobody = 'Nobody is known who could still approve it: name approvers in the configuration or their user group.';
  return {
    summary: says,
    parts: [
      { line: [`${says}. It lapses `, { timeMs: expiresAtMs }, '.'], sign: 'waiting' },
      { line: who.length > 0 ? ['Could still approve: ', ...who] : nobody },
    ],
  };
}
