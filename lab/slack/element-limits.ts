import { asObject, asText, isObject, type Json } from './json.ts';
import { type Complaints, checkItems, checkString, checkText, checkTextObject } from './limits.ts';

/** Checks one interactive element against Slack's limits (docs.slack.dev, Block Kit elements and composition objects). */
export function checkElement(to: Complaints, given: unknown, pointer: string): void {
  if (!isObject(given)) to.say(pointer, 'must be an object');
  const element = asObject(given);
  checkString(to, element, 'action_id', pointer, 255);
  checkConfirm(to, element.confirm, `${pointer}/confirm`);
  checkText(to, element, 'placeholder', pointer, 150, { plain: true });
  checks[asText(element.type)]?.(to, element, pointer);
}

type Check = (to: Complaints, element: Json, pointer: string) => void;

const checks: Record<string, Check> = {
  button(to, element, pointer) {
    checkText(to, element, 'text', pointer, 75, { need: 'required', plain: true });
    checkString(to, element, 'value', pointer, 2000);
    checkString(to, element, 'url', pointer, 3000);
    checkString(to, element, 'accessibility_label', pointer, 75);
    const style = element.style;
    if (style !== undefined && style !== 'primary' && style !== 'danger') to.say(`${pointer}/style`, 'must be primary or danger');
  },
  static_select: (to, element, pointer) => checkSelect(to, element, pointer),
  multi_static_select: (to, element, pointer) => checkSelect(to, element, pointer),
  overflow: (to, element, pointer) => checkOptions(to, element, pointer, 5),
  checkboxes: (to, element, pointer) => checkOptions(to, element, pointer, 10),
  radio_buttons: (to, element, pointer) => checkOptions(to, element, pointer, 10),
  plain_text_input(to, element, pointer) {
    checkString(to, element, 'initial_value', pointer, 3000);
    const most = element.max_length;
    if (typeof most === 'number' && (most < 1 || most > 3000)) to.say(`${pointer}/max_length`, 'must be between 1 and 3000');
  },
  image: (to, element, pointer) => checkImage(to, element, pointer),
};

/** `image_url` and `alt_text` of an image block or element. */
export function checkImage(to: Complaints, element: Json, pointer: string): void {
  if (element.slack_file === undefined) checkString(to, element, 'image_url', pointer, 3000, 'required');
  checkString(to, element, 'alt_text', pointer, 2000, 'required');
}

function checkSelect(to: Complaints, element: Json, pointer: string): void {
  if (element.option_groups === undefined) {
    checkOptions(to, element, pointer, 100);
    return;
  }
  for (const [at, group] of checkItems(to, element, 'option_groups', pointer, 100).map(asObject).entries()) {
    const place = `${pointer}/option_groups/${at}`;
    checkText(to, group, 'label', place, 75, { need: 'required', plain: true });
    checkOptions(to, group, place, 100);
  }
}

function checkOptions(to: Complaints, element: Json, pointer: string, max: number): void {
  for (const [at, option] of checkItems(to, element, 'options', pointer, max).map(asObject).entries()) {
    const place = `${pointer}/options/${at}`;
    checkText(to, option, 'text', place, 75, { need: 'required' });
    checkString(to, option, 'value', place, 150, 'required');
    checkText(to, option, 'description', place, 75);
  }
}

function checkConfirm(to: Complaints, given: unknown, pointer: string): void {
  if (given === undefined) return;
  const confirm = asObject(given);
  checkText(to, confirm, 'title', pointer, 100, { need: 'required', plain: true });
  checkText(to, confirm, 'confirm', pointer, 30, { need: 'required', plain: true });
  checkText(to, confirm, 'deny', pointer, 30, { need: 'required', plain: true });
  if (confirm.text === undefined) to.say(pointer, 'missing required field: text');
  else checkTextObject(to, confirm.text, `${pointer}/text`, 300, false);
}
