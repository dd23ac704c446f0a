import { hintText } from '../core/hint-text.ts';
import type { Message, Sign, Span } from '../core/message.ts';
import type { Run } from '../core/run.ts';

/** What the asker is told below the request's message, and the name of that news, which is told once. */
export interface OutcomeNotice {
  readonly news: string;
  readonly message: Message;
}

/** The news that a run's state is to its asker: decided, ended, halted. `undefined` when it is none, or they did it themselves. */
export function outcomeNotice(run: Run): OutcomeNotice | undefined {
  const { state, approvalsNeeded, scheduledAs, why = '', votes, epoch } = run;
  switch (state) {
    case 'approved':
    case 'queued': {
      if (approvalsNeeded === 0) return undefined;
      const when = scheduledAs ? `it starts at ${scheduledAs}` : 'it starts now';
      return notice(run, 'decided', 'ok', [`approved by `, ...people(run, 'approve'), `; ${when}.`]);
    }
    case 'denied': {
      const reason = votes.find(({ verdict }) => verdict === 'deny')?.reason ?? why;
      return notice(run, 'decided', 'bad', ['denied by ', ...people(run, 'deny'), reason ? `: ${reason}` : '.']);
    }
    case 'withdrawn':
      // The asker knows of their own.
      return why === `withdrawn by ${run.requester.userName}` ? undefined : notice(run, 'ended', 'info', [why]);
    case 'halted':
      return notice(run, `halted-${epoch}`, 'bad', [hintText(`halted, a person must look: ${why}`)].flat());
    default:
      return ended(run);
  }
}

const ENDS: Partial<Record<Run['state'], readonly [Sign, string]>> = {
  succeeded: ['done', 'succeeded'],
  failed: ['bad', 'failed'],
  cancelled: ['warn', 'cancelled'],
  stale: ['warn', 'not run, because it is stale'],
  expired: ['warn', 'not run, because its time has passed'],
};

function ended(run: Run): OutcomeNotice | undefined {
  const [sign, word] = ENDS[run.state] ?? [];
  if (sign === undefined || word === undefined) return undefined;
  const says = run.report?.says ?? run.why ?? '';
  return notice(run, 'ended', sign, [hintText(says ? `${word}: ${says}` : word)].flat());
}

function notice(run: Run, news: string, sign: Sign, says: readonly Span[]): OutcomeNotice {
  const line: readonly Span[] = [{ person: run.requester.userId }, `: run ${run.id} `, ...says];
  return { news, message: { summary: `Run ${run.id}: ${run.state}`, parts: [{ line, sign }] } };
}

function people({ votes }: Run, verdict: 'approve' | 'deny'): readonly Span[] {
  const voted = votes.filter((vote) => vote.verdict === verdict);
  return voted.flatMap(({ userId }, i): Span[] => [i === 0 ? '' : ', ', { person: userId }]);
}
