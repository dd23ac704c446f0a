import { randomBytes } from 'node:crypto';
import { isObject, type Json } from './json.ts';

/** Gives every block a `block_id` and every element an `action_id`, as Slack does with those that came without. */
export function withBlockIds(blocks: readonly unknown[]): unknown[] {
  return blocks.map((block) => (isObject(block) ? identified(block) : block));
}

const interactive = new Set([
  'button',
  'overflow',
  'checkboxes',
  'radio_buttons',
  'plain_text_input',
  'datepicker',
  'timepicker',
]);

function identified(block: Json): Json {
  const named: Json = { ...block, block_id: block.block_id ?? shortId() };
  if (block.type === 'actions' && Array.isArray(block.elements)) named.elements = block.elements.map(withActionId);
  if (block.accessory !== undefined) named.accessory = withActionId(block.accessory);
  if (block.type === 'input') named.element = withActionId(block.element);
  return named;
}

function withActionId(element: unknown): unknown {
  if (!isObject(element)) return element;
  const type = String(element.type);
  return interactive.has(type) || type.endsWith('_select') ? { action_id: shortId(), ...element } : element;
}

function shortId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}
