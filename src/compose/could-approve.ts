import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Run } from '../core/run.ts';
import { within } from '../core/within.ts';
import { eligible } from '../gate/eligible.ts';
import type { Gate } from '../gate/gate.ts';
import type { CouldApprove } from '../runs/needs.ts';

interface Needs {
  readonly directory: Pick<Chat['directory'], 'members'>;
  readonly gate: Pick<Gate, 'approvers' | 'lacks'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** More than these are not told one by one. */
const MOST = 20;
/** A message does not wait longer for the names on it. */
const WITHIN_MS = 3000;

/** Who could still approve a request, by the configuration and what Slack says of its groups (at most 30 s old). Never rejects. */
export function createCouldApprove({ directory, gate, clock, log }: Needs): CouldApprove {
  return async ({ cluster, runbook, requester, votes, approvalsFrom, confirmByAsker }: Run) => {
    if (confirmByAsker) return { people: [], more: false };
    const subject = { cluster, runbook, approvalsFrom };
    const without = [requester, ...votes].map(({ userId }) => userId);
    const approvers = gate.approvers({ cluster, runbook }, without);
    const lacks = (userId: string) => gate.lacks(userId, 'approve', subject);
    const asked = { approvers, from: approvalsFrom, without, most: MOST };
    try {
      return await within(clock, WITHIN_MS, eligible({ members: (group) => directory.members(group), lacks, log }, asked));
    } catch (error) {
      log.warn('who could approve is not known', { cluster, why: asError(error).message });
      return { people: [], more: true };
    }
  };
}
