import { randomUUID } from 'node:crypto';
import type { Desk, DeskParts } from '../ask/desk.ts';
import type { ChatHandlers, ForgedRequest } from '../chat/handlers.ts';
import { codeModal, type Modal, reasonModal } from '../chat/modal.ts';
import { refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import { NeedsReason } from '../core/needs-reason.ts';
import type { Asker } from '../core/person.ts';
import type { Totp } from '../gate/totp.ts';
import type { RunLedger } from '../runs/ledger.ts';
import type { Wishes } from '../store/wishes.ts';
import type { IncidentPresses } from './incident-presses.ts';
import type { InItsPlace } from './in-its-place.ts';

type Ledger = RunLedger & Pick<Totp, 'totpConfirm'>;

interface Needs {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly refused: DeskParts['refused'];
  readonly forged: (request: ForgedRequest) => Promise<void>;
  readonly wishes: Wishes;
  readonly inItsPlace: InItsPlace;
  readonly incidents?: IncidentPresses;
}

/** Commands go to the desk; the buttons of a run call the same ledger as the commands do. */
export function createChatHandlers({ desk, ledger, refused, forged, wishes, inItsPlace, incidents }: Needs): ChatHandlers {
  const buttons = new Map(Object.entries({ ...buttonsOf(ledger), ...incidents?.buttons }));
  const forms = new Map(Object.entries({ ...formsOf(ledger), ...incidents?.forms, reason: finishing(desk, wishes) }));
  /** Also a payload that was made by hand ends here. */
  const unknown = async (asker: Asker, what: 'button' | 'form', name: string): Promise<never> => {
    await refused({ asker, command: what, why: `there is no ${what} '${name.slice(0, 100)}'` });
    throw refusal(`this ${what} is not known any more`, 'It comes from an older release; use the command instead: /pg help.');
  };
  return {
    onForged: forged,
    onStranger: (asker, kind) => refused({ asker, command: kind, why: `${asker.teamId} is another workspace` }),
    async onCommand({ text, asker }) {
      try {
        return await desk(text, asker);
      } catch (error) {
        if (!(error instanceof NeedsReason)) throw error;
        return askForReason(wishes, { text, asker, error });
      }
    },
    async onAction({ action, value, asker }) {
      const press = buttons.get(action);
      if (!press) return unknown(asker, 'button', action);
      if (isOfRun(action)) await inItsPlace(value, asker);
      return press(value, asker);
    },
    async onSubmit({ callback, value, fields, asker }) {
      const submit = forms.get(callback);
      if (!submit) return unknown(asker, 'form', callback);
      if (isOfRun(callback)) await inItsPlace(value, asker);
      return submit(value, asker, fields);
    },
  };
}

/** Its value is a run's id. */
function isOfRun(action: string): boolean {
  return action !== 'totp-confirm' && action !== 'reason' && !action.startsWith('incident-');
}

type Press = (run: string, asker: Asker) => Promise<{ readonly ephemeral?: Message; readonly modal?: Modal }>;
type Submit = (run: string, asker: Asker, fields: Readonly<Record<string, string>>) => Promise<Message | undefined>;

/** Named after the commands that do the same. */
function buttonsOf(ledger: Ledger): Readonly<Record<string, Press>> {
  return {
    approve: (run, by) => withCode(ledger, 'approve', run, by),
    confirm: (run, by) => withCode(ledger, 'confirm', run, by),
    deny: async (run) => ({ modal: reasonModal({ callback: 'deny', value: run, ...WHY.deny }) }),
    withdraw: async (run, by) => ({ ephemeral: await ledger.withdraw(run, by) }),
    again: async (run, by) => ({ ephemeral: await ledger.again(run, by) }),
    revert: async (run, by) => ({ ephemeral: await ledger.revert(run, by) }),
    review: async (run) => ({ modal: reasonModal({ callback: 'review', value: run, ...WHY.review }) }),
    cancel: async (run, by) => ({ ephemeral: await ledger.cancel(run, by) }),
    retry: (run, by) => withCode(ledger, 'retry', run, by),
    skip: (run, by) => whyWithCode(ledger, 'skip', run, by),
    undo: (run, by) => whyWithCode(ledger, 'undo', run, by),
    abandon: async (run, by) => ({ ephemeral: await ledger.decide(run, by, 'abandon') }),
    'totp-confirm': async (value) => ({ modal: codeModal({ callback: 'totp-confirm', value, ...CODE.first }) }),
  };
}

/** A form where the policy asks for a code beside the click, and else the deed itself. */
async function withCode(ledger: Ledger, deed: 'approve' | 'confirm' | 'retry', run: string, by: Asker): ReturnType<Press> {
  const wants = await ledger.wantsCode(run, by, deed);
  if (wants) return { modal: codeModal({ callback: deed, value: run, ...CODE[deed] }) };
  return { ephemeral: await (deed === 'retry' ? ledger.decide(run, by, 'retry') : ledger[deed](run, by)) };
}

/** A form for the reason, with a field for the code where the run's votes needed one. */
async function whyWithCode(ledger: Ledger, deed: 'skip' | 'undo', run: string, by: Asker): ReturnType<Press> {
  const modal = reasonModal({ callback: deed, value: run, ...WHY[deed] });
  if (!(await ledger.wantsCode(run, by, deed))) return { modal };
  return { modal: { ...modal, fields: [...modal.fields, ...codeModal(modal).fields] } };
}

function formsOf(ledger: Ledger): Readonly<Record<string, Submit>> {
  return {
    approve: (run, by, { code = '' }) => ledger.approve(run, by, code),
    confirm: (run, by, { code = '' }) => ledger.confirm(run, by, code),
    'totp-confirm': (_letter, by, { code = '' }) => ledger.totpConfirm(by, code),
    deny: (run, by, { reason = '' }) => ledger.deny(run, by, reason),
    review: (run, by, { reason = '' }) => ledger.review(run, by, reason),
    retry: (run, by, { code = '' }) => ledger.decide(run, by, 'retry', { code }),
    skip: (run, by, { reason = '', code }) => ledger.decide(run, by, 'skip', { reason, ...(code ? { code } : {}) }),
    undo: (run, by, { reason = '', code }) => ledger.decide(run, by, 'undo', { reason, ...(code ? { code } : {}) }),
  };
}

const CODE = {
  approve: {
    title: 'Approve this request',
    submit: 'Approve',
    intro: 'The policy asks for a one-time code beside your approval.',
  },
  retry: { title: 'Try it again', submit: 'Retry', intro: 'The policy asks for a one-time code beside your decision.' },
  confirm: { title: 'Confirm your request', submit: 'Confirm', intro: 'The policy asks for a one-time code beside your click.' },
  first: { title: 'Your first code', submit: 'Confirm', intro: 'From then on the codes of your app count.' },
} as const;

const WHY = {
  deny: { title: 'Deny this request', submit: 'Deny', intro: 'One deny ends it. The requester reads your reason.' },
  review: {
    title: 'Close the review',
    submit: 'Close',
    intro: 'What was done, was it right, what follows? It is kept with the run.',
  },
  skip: { title: 'Go on without this step', submit: 'Skip', intro: 'The run goes on with the next step. Say why that is safe.' },
  undo: { title: 'Take back what was done', submit: 'Undo', intro: 'What can be taken back is, last step first. Say why.' },
} as const;

/** What was typed, with the reason that the form asked for. */
function finishing(desk: Desk, wishes: Wishes): Submit {
  return async (value, asker, { reason = '' }) => {
    const wish = await wishes.take(value);
    if (wish?.userId !== asker.userId) throw refusal('this form is too old', 'Type the command again, with --reason.');
    return desk(wish.text, asker, { reason });
  };
}

interface Unfinished {
  readonly text: string;
  readonly asker: Asker;
  readonly error: NeedsReason;
}

/** A form instead of a refusal; the words wait in the store, because Slack carries an opaque id only. */
async function askForReason(wishes: Wishes, { text, asker: { userId }, error }: Unfinished) {
  const value = randomUUID();
  await wishes.put(value, { text, userId });
  const intro = `Not asked yet: ${error.message}. Write why, and the ticket.`;
  return { modal: reasonModal({ callback: 'reason', value, title: 'Why?', submit: 'Ask for it', intro }), otherwise: error };
}
