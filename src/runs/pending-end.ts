import type { Button, Part, Span } from '../core/message.ts';
import type { Run } from '../core/run.ts';

/** Who could still approve: people by Slack user id, and whether there are more of them. */
export interface Approvers {
  readonly people: readonly string[];
  readonly more: boolean;
}

const MOST_NAMED = 8;

/** The end of a card that waits for approval: how many there are, until when, who could still give one, and the buttons. */
export function pendingEnd(run: Run, approvers: Approvers | undefined): readonly Part[] {
  const lapses: readonly Span[] = [' · lapses ', { timeMs: run.expiresAtMs }];
  const code: readonly Part[] = run.totpRequired
    ? [{ note: ['A one-time code is asked for at the click. None yet? ', { code: '/pg totp enroll' }] }]
    : [];
  if (run.confirmByAsker)
    return [
      { line: ['Only ', { person: run.requester.userId }, ' can confirm it', ...lapses] },
      ...code,
      { buttons: confirmButtons(run) },
    ];
  const given = run.votes.filter(({ verdict }) => verdict === 'approve').length;
  const approvals = `${given} of ${run.approvalsNeeded} approvals by other people`;
  const who = whoCan(approvers);
  return [
    { line: [approvals, ...lapses] },
    ...(who.length > 0 ? [{ note: ['Can approve: ', ...who] }] : []),
    ...shortage(approvers, run.approvalsNeeded - given),
    ...code,
    { buttons: pendingButtons(run) },
  ];
}

/** That too few people are left is said at once, not when the time is over. */
function shortage(approvers: Approvers | undefined, missing: number): readonly Part[] {
  if (!approvers || approvers.more || approvers.people.length >= missing) return [];
  const left = approvers.people.length === 0 ? 'nobody' : `only ${approvers.people.length}`;
  const says = `${missing} more must approve, and ${left} can: name approvers in the configuration or their user group.`;
  return [{ line: says, sign: 'warn' }];
}

function confirmButtons({ id }: Run): readonly Button[] {
  return [
    { label: 'Confirm', action: 'confirm', value: id, style: 'primary' },
    { label: 'Withdraw', action: 'withdraw', value: id },
  ];
}

/** Actions are named after the commands that do the same; the value is the run's id and nothing else. */
function pendingButtons({ id, plan }: Run): readonly Button[] {
  const confirm = { title: 'Approve this plan?', text: plan.summary.slice(0, 280), ok: 'Approve' };
  return [
    { label: 'Approve', action: 'approve', value: id, style: 'primary', confirm },
    { label: 'Deny', action: 'deny', value: id, style: 'danger' },
    { label: 'Withdraw', action: 'withdraw', value: id },
  ];
}

/** Who could still approve, in a sentence; a few by name. */
export function whoCan(approvers: Approvers | undefined): readonly Span[] {
  if (!approvers) return [];
  const named = approvers.people.slice(0, MOST_NAMED);
  const people = named.flatMap((person, i): Span[] => [i === 0 ? '' : ', ', { person }]);
  const more = approvers.more || approvers.people.length > named.length;
  if (!more) return people;
  return [...people, people.length > 0 ? ' and more of the approvers' : 'the approvers'];
}
