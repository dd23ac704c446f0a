import { blockComplaints } from './block-limits.ts';
import { isObject, type Json } from './json.ts';
import { checkString, checkText, openComplaints } from './limits.ts';

/** What Slack would complain about in a modal or home view; empty when it is good (docs.slack.dev, modal views). */
export function viewComplaints(view: Json): string[] {
  const to = openComplaints();
  const type = view.type;
  if (type !== 'modal' && type !== 'home') to.say('/view/type', 'must be modal or home');
  checkString(to, view, 'private_metadata', '/view', 3000);
  checkString(to, view, 'callback_id', '/view', 255);
  checkString(to, view, 'external_id', '/view', 255);
  const blocks = view.blocks;
  if (!Array.isArray(blocks)) to.say('/view', 'missing required field: blocks');
  else to.list.push(...blockComplaints(blocks, type === 'home' ? 'home' : 'modal', '/view/blocks'));
  if (type === 'modal') {
    checkText(to, view, 'title', '/view', 24, { need: 'required', plain: true });
    checkText(to, view, 'close', '/view', 24, { plain: true });
    checkText(to, view, 'submit', '/view', 24, { plain: true, need: hasInput(blocks) ? 'required' : 'optional' });
  }
  if (JSON.stringify(view).length > 250_000) to.say('/view', 'must be less than 250001 characters');
  return to.list;
}

function hasInput(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.some((block) => isObject(block) && block.type === 'input');
}
