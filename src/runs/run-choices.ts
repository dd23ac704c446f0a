import type { Button, Part, Span } from '../core/message.ts';
import type { Decision, Journal, Run } from '../core/run.ts';
import { needed, sameWish } from './decide.ts';
import { standsAt } from './stands-at.ts';

/** What people can do with a run that waits for its time, runs or has halted, as lines and buttons; nothing for all others. */
export function choicesOf(run: Run, journal: Journal): readonly Part[] {
  if (run.state === 'running') return [{ buttons: [cancelButton(run)] }];
  if (run.state === 'approved' && run.scheduledAtMs !== undefined)
    return [{ buttons: [{ label: 'Withdraw', action: 'withdraw', value: run.id }] }];
  if (run.state === 'cancelling' && run.cancelledBy)
    return [
      { line: ['Being stopped, as ', { person: run.cancelledBy.userId }, ' asked: no further step is begun.'], sign: 'warn' },
    ];
  return run.state === 'halted' ? halted(run, journal) : [];
}

function cancelButton({ id }: Run): Button {
  const text = 'A step that can not be interrupted is finished first. Nothing is undone.';
  return { label: 'Cancel', action: 'cancel', value: id, confirm: { title: 'Stop this run?', text, ok: 'Stop it' } };
}

const VERBS: readonly Decision['verb'][] = ['retry', 'skip', 'undo', 'abandon'];

function halted(run: Run, journal: Journal): readonly Part[] {
  const step = standsAt(run, journal);
  return [
    { divider: true },
    { line: ['Look first: ', { code: `/pg status ${run.cluster}` }, '. The cluster stays locked until somebody decides.'] },
    ...(step ? [{ line: `It stands at '${step.title}'.` }] : []),
    ...VERBS.flatMap((verb) => wishes(run, verb)),
    { buttons: buttonsOf(run) },
    ...(run.approvalsNeeded > 0 ? [{ note: `${forApprovers(run)} are for approvers; who asked may only give it up.` }] : []),
  ];
}

function forApprovers(run: Run): string {
  return canUndo(run) ? 'Retry, Skip and Undo' : 'Retry and Skip';
}

function canUndo({ plan }: Run): boolean {
  return plan.steps.some(({ undo }) => undo !== undefined);
}

/** `1 of 2 for retry: @ann`. */
function wishes(run: Run, verb: Decision['verb']): readonly Part[] {
  const given = sameWish(run, { verb, epoch: run.epoch });
  if (given.length === 0) return [];
  const people = given.flatMap(({ userId }, i): Span[] => [i === 0 ? '' : ', ', { person: userId }]);
  return [{ line: [`${given.length} of ${needed(run, verb)} for ${verb}: `, ...people], sign: 'waiting' }];
}

/** Actions are named after the commands that do the same. */
function buttonsOf(run: Run): readonly Button[] {
  const { id } = run;
  const abandon = {
    title: 'Give this run up?',
    text: 'Its locks are let go. Nothing is undone but what it left behind that does harm; look at the cluster first.',
    ok: 'Give up',
  };
  const retry = {
    title: 'Try this step again?',
    text: 'The cluster is looked at first. What may have happened already is not done a second time.',
    ok: 'Retry',
  };
  return [
    { label: 'Retry', action: 'retry', value: id, confirm: retry },
    { label: 'Skip', action: 'skip', value: id },
    ...(canUndo(run) ? [{ label: 'Undo', action: 'undo', value: id }] : []),
    { label: 'Give up', action: 'abandon', value: id, style: 'danger', confirm: abandon },
  ];
}
