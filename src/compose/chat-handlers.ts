import type { Desk, DeskParts } from '../ask/desk.ts';
import type { ChatHandlers } from '../chat/handlers.ts';
import { reasonModal } from '../chat/modal.ts';
import type { Ledger } from '../core/command.ts';
import { refusal } from '../core/errors.ts';

/** Commands go to the desk; the buttons of a run call the same ledger as the commands do. */
export function createChatHandlers(desk: Desk, ledger: Ledger, refused: DeskParts['refused']): ChatHandlers {
  return {
    onCommand: ({ text, asker }) => desk(text, asker),
    onStranger: (asker, kind) => refused({ asker, command: kind, why: `${asker.teamId} is another workspace` }),
    async onAction({ action, value, asker }) {
      if (action === 'approve') return { ephemeral: await ledger.approve(value, asker) };
      if (action === 'withdraw') return { ephemeral: await ledger.withdraw(value, asker) };
      if (action === 'deny') {
        return {
          modal: reasonModal({
            callback: 'deny',
            value,
            title: 'Deny this request',
            submit: 'Deny',
            intro: 'One deny ends it. The requester reads your reason.',
          }),
        };
      }
      throw refusal('this button is not known any more', 'It comes from an older release; use the command instead: /pg help.');
    },
    async onSubmit({ callback, value, fields, asker }) {
      if (callback === 'deny') return ledger.deny(value, asker, fields.reason ?? '');
      throw refusal('this form is not known any more', 'It comes from an older release; use the command instead: /pg help.');
    },
  };
}
