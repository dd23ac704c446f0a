import type { ActionsBlock, Button as SlackButton } from '@slack/types';
import type { Button } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import { LIMITS } from './limits.ts';
import { plainOf } from './neutral.ts';
import { plainTextOf } from './text.ts';

const REPEATED = '#';

/**
 * A row of as many of the buttons as Slack takes in a row and as fit into `room` UTF-16 units of JSON. The same action twice in a row
 * gets a number behind it, because Slack wants ids that differ.
 */
export function actionsOf(buttons: readonly Button[], redact: Redact, room: number): ActionsBlock {
  const seen = new Map<string, number>();
  const elements = buttons.slice(0, LIMITS.actions).map((button) => {
    const times = (seen.get(button.action) ?? 0) + 1;
    seen.set(button.action, times);
    return buttonOf(button, times === 1 ? button.action : `${button.action}${REPEATED}${times}`, redact);
  });
  const sizes = elements.map((_, i) => JSON.stringify(elements.slice(0, i + 1)).length);
  return { type: 'actions', elements: elements.filter((_, i) => (sizes[i] ?? 0) <= room) };
}

/** The action of a button from the id that Slack sends back. */
export function actionOfId(actionId: string): string {
  return actionId.replace(new RegExp(`${REPEATED}\\d+$`, 'u'), '');
}

function buttonOf(button: Button, actionId: string, redact: Redact): SlackButton {
  if (button.value.length > LIMITS.value || actionId.length > LIMITS.actionId) {
    throw new RangeError(`the button ${plainOf(button.label)} carries more than an opaque id`);
  }
  return {
    type: 'button',
    text: plainText(button.label, LIMITS.buttonLabel, redact),
    action_id: actionId,
    value: button.value,
    ...(button.style ? { style: button.style } : {}),
    ...(button.confirm ? { confirm: confirmOf(button.confirm, button.style, redact) } : {}),
  };
}

function confirmOf(confirm: NonNullable<Button['confirm']>, style: Button['style'], redact: Redact) {
  return {
    title: plainText(confirm.title, LIMITS.confirmTitle, redact),
    text: plainText(confirm.text, LIMITS.confirmText, redact),
    confirm: plainText(confirm.ok, LIMITS.confirmButton, redact),
    deny: plainText('Back', LIMITS.confirmButton, redact),
    ...(style ? { style } : {}),
  };
}

function plainText(data: string, room: number, redact: Redact) {
  return { type: 'plain_text' as const, text: plainTextOf(data, room, redact).text || '-', emoji: false };
}
