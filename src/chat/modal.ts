import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { Text } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import { LIMITS } from './limits.ts';
import { blockOf } from './page.ts';
import { mrkdwnOf, plainTextOf } from './text.ts';

/** A question with fields, opened by a click. `callback` and `value` (an opaque id) come back with the answer. */
export interface Modal {
  readonly callback: string;
  readonly value: string;
  readonly title: string;
  readonly submit: string;
  readonly intro?: Text;
  readonly fields: readonly ModalField[];
}

export interface ModalField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly multiline?: boolean;
  readonly optional?: boolean;
  /** The form stays open until it is known whether this is right; what is wrong with it is said beside it. */
  readonly checked?: boolean;
  readonly maxChars?: number;
}

/** What travels through Slack with a modal, because its answer names no channel. */
export const ModalContext = z.object({ value: z.string(), channelId: z.string() });

/** A modal that asks one person for one reason. */
export function reasonModal(options: { callback: string; value: string; title: string; submit: string; intro?: Text }): Modal {
  return { ...options, fields: [{ name: 'reason', label: 'Reason', multiline: true, maxChars: 500 }] };
}

/** A modal that asks one person for one code of their authenticator app. */
export function codeModal(options: { callback: string; value: string; title: string; submit: string; intro?: Text }): Modal {
  const hint = 'Six digits, as your authenticator app shows them now. Each code counts once.';
  return { ...options, fields: [{ name: 'code', label: 'One-time code', hint, maxChars: 12, checked: true }] };
}

/** The view as Slack takes it, within its limits (docs.slack.dev, Modal views). */
export function viewOf(modal: Modal, channelId: string, redact: Redact): ModalView {
  const context = JSON.stringify({ value: modal.value, channelId });
  if (context.length > LIMITS.privateMetadata) throw new RangeError(`the modal ${modal.callback} carries more than an opaque id`);
  const intro: readonly KnownBlock[] = modal.intro
    ? [blockOf('section', mrkdwnOf(modal.intro, LIMITS.section, redact).text || '-')]
    : [];
  return {
    type: 'modal',
    callback_id: modal.callback,
    private_metadata: context,
    title: plain(modal.title, LIMITS.modalTitle, redact),
    submit: plain(modal.submit, LIMITS.modalTitle, redact),
    close: plain('Back', LIMITS.modalTitle, redact),
    blocks: [...intro, ...modal.fields.map((field) => inputOf(field, redact))],
  };
}

/** Field name -> what the person wrote, trimmed; what is missing of it, as Slack wants errors; whether some of it is checked. */
export function readFields(values: StateValues): {
  readonly fields: Record<string, string>;
  readonly missing: Record<string, string>;
  readonly isChecked: boolean;
} {
  const fields: Record<string, string> = {};
  const missing: Record<string, string> = {};
  let isChecked = false;
  for (const [block, inputs] of Object.entries(values)) {
    const [actionId, input] = Object.entries(inputs)[0] ?? [];
    const text = input?.value?.trim() ?? '';
    fields[block] = text;
    if (text === '' && (actionId === REQUIRED || actionId === CHECKED)) missing[block] = 'Write something here.';
    isChecked ||= actionId === CHECKED;
  }
  return { fields, missing, isChecked };
}

type StateValues = Readonly<Record<string, Readonly<Record<string, { readonly value?: string | null | undefined }>>>>;

const REQUIRED = 'required';
const OPTIONAL = 'optional';
const CHECKED = 'checked';

function inputOf(field: ModalField, redact: Redact): InputBlock {
  return {
    type: 'input',
    block_id: field.name,
    label: plain(field.label, LIMITS.inputLabel, redact),
    optional: field.optional ?? false,
    ...(field.hint ? { hint: plain(field.hint, LIMITS.inputLabel, redact) } : {}),
    element: {
      type: 'plain_text_input',
      action_id: actionIdOf(field),
      multiline: field.multiline ?? false,
      max_length: Math.min(field.maxChars ?? LIMITS.inputChars, LIMITS.inputChars),
    },
  };
}

function actionIdOf({ optional, checked }: ModalField): string {
  if (checked) return CHECKED;
  return optional ? OPTIONAL : REQUIRED;
}

function plain(data: string, room: number, redact: Redact) {
  return { type: 'plain_text' as const, text: plainTextOf(data, room, redact).text || '-', emoji: false };
}
