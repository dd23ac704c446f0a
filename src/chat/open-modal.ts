import { asError, refusal } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';
import type { Question } from './handlers.ts';
import { isRefusedBySlack } from './lane.ts';
import { type Modal, viewOf } from './modal.ts';
import type { Outbound } from './outbound.ts';

interface Needs {
  readonly outbound: Outbound;
  readonly redact: Redact;
}

/** What a person did, by which Slack lets a form be opened for some seconds, and where. */
interface Occasion {
  readonly triggerId: string;
  readonly channelId: string;
}

const WITHIN_MS = 2500;

/** Opens a form. @throws Refusal when it came too late for Slack. */
export async function openModal({ outbound, redact }: Needs, modal: Modal, { triggerId, channelId }: Occasion): Promise<void> {
  const view = viewOf(modal, channelId, redact);
  const asked = { trigger_id: triggerId, view };
  try {
    await outbound.lanes.interaction.call('views.open', asked, { when: 'once', withinMs: WITHIN_MS });
  } catch (error) {
    if (!isRefusedBySlack(error, 'expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id', 'trigger_expired'))
      throw error;
    throw refusal('the form could not be opened in time', 'Press the button again.');
  }
}

/** Opens a form that asks for what a command lacks. @throws what the person is told otherwise, where it can't be opened. */
export async function askBy(needs: Needs & { readonly log: Log }, question: Question, occasion: Occasion): Promise<void> {
  const { modal, otherwise } = question;
  try {
    await openModal(needs, modal, occasion);
  } catch (error) {
    needs.log.info('a form could not be opened', { callback: modal.callback, why: asError(error).message });
    throw otherwise;
  }
}
