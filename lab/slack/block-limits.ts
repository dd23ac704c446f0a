import { checkElement, checkImage } from './element-limits.ts';
import { asList, asText, isObject, type Json } from './json.ts';
import { type Complaints, checkItems, checkString, checkText, checkTextObject, openComplaints } from './limits.ts';

export type Surface = 'message' | 'modal' | 'home';

/**
 * What Slack would complain about in these blocks, in its words and with JSON pointers; empty when they are good. Block types
 * that are not known here pass, because Slack adds types often. Limits: docs.slack.dev, Block Kit reference.
 */
export function blockComplaints(blocks: readonly unknown[], surface: Surface, root = '/blocks'): string[] {
  const to = openComplaints();
  const most = surface === 'message' ? 50 : 100;
  if (blocks.length > most) to.say(root, `no more than ${most} items allowed`);
  for (const [at, block] of blocks.slice(0, most).entries()) {
    if (isObject(block)) checkBlock(to, block, `${root}/${at}`, surface);
    else to.say(`${root}/${at}`, 'must be an object');
  }
  checkTogether(to, blocks, root);
  return to.list;
}

/** All texts of the blocks in characters: what `msg_blocks_too_long` is about (bolt-js 2509). */
export function blockCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + blockCharacters(each), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : blockCharacters(each)),
    0,
  );
}

function checkBlock(to: Complaints, block: Json, pointer: string, surface: Surface): void {
  const type = asText(block.type);
  if (type === '') to.say(pointer, 'missing required field: type');
  if (type === 'alert' && surface !== 'modal') to.say(`${pointer}/type`, 'alert is allowed in modals only');
  checkString(to, block, 'block_id', pointer, 255);
  checks[type]?.(to, block, pointer);
}

type Check = (to: Complaints, block: Json, pointer: string) => void;

const checks: Record<string, Check> = {
  section(to, block, pointer) {
    if (block.text === undefined && block.fields === undefined) to.say(pointer, 'missing required field: text or fields');
    checkText(to, block, 'text', pointer, 3000);
    if (block.fields !== undefined) {
      for (const [at, field] of checkItems(to, block, 'fields', pointer, 10).entries()) {
        checkTextObject(to, field, `${pointer}/fields/${at}`, 2000, false);
      }
    }
    if (block.accessory !== undefined) checkElement(to, block.accessory, `${pointer}/accessory`);
  },
  header: (to, block, pointer) => checkText(to, block, 'text', pointer, 150, { need: 'required', plain: true }),
  context(to, block, pointer) {
    for (const [at, element] of checkItems(to, block, 'elements', pointer, 10).entries()) {
      const place = `${pointer}/elements/${at}`;
      if (isObject(element) && element.type === 'image') checkImage(to, element, place);
      else checkTextObject(to, element, place, 3000, false);
    }
  },
  actions(to, block, pointer) {
    const elements = checkItems(to, block, 'elements', pointer, 25);
    for (const [at, element] of elements.entries()) checkElement(to, element, `${pointer}/elements/${at}`);
    const ids = elements.map((element) => (isObject(element) ? element.action_id : undefined)).filter((id) => id !== undefined);
    if (new Set(ids).size < ids.length) to.say(`${pointer}/elements`, 'action_id must be unique within a block');
  },
  input(to, block, pointer) {
    checkText(to, block, 'label', pointer, 2000, { need: 'required', plain: true });
    checkText(to, block, 'hint', pointer, 2000, { plain: true });
    if (block.element === undefined) to.say(pointer, 'missing required field: element');
    else checkElement(to, block.element, `${pointer}/element`);
  },
  image(to, block, pointer) {
    checkImage(to, block, pointer);
    checkText(to, block, 'title', pointer, 2000, { plain: true });
  },
  markdown: (to, block, pointer) => checkString(to, block, 'text', pointer, 12_000, 'required'),
  alert: (to, block, pointer) => checkText(to, block, 'text', pointer, 200, { need: 'required' }),
  table(to, block, pointer) {
    for (const [at, row] of checkItems(to, block, 'rows', pointer, 100).entries()) {
      if (asList(row).length > 20) to.say(`${pointer}/rows/${at}`, 'no more than 20 items allowed');
    }
    if (blockCharacters(block) > 10_000) to.say(pointer, 'must be less than 10001 characters');
  },
};

/** Rules about the blocks as a whole: unique ids, one table, 12,000 characters of markdown. */
function checkTogether(to: Complaints, blocks: readonly unknown[], root: string): void {
  const objects = blocks.filter(isObject);
  const ids = new Set<unknown>();
  for (const [at, block] of objects.entries()) {
    const id = block.block_id;
    if (id !== undefined && ids.has(id)) to.say(`${root}/${at}/block_id`, `\`block_id\` already exists: ${asText(id)}`);
    ids.add(id);
  }
  if (objects.filter((block) => block.type === 'table').length > 1) to.say(root, 'no more than 1 table allowed');
  const markdown = objects
    .filter((block) => block.type === 'markdown')
    .reduce((sum, block) => sum + asText(block.text).length, 0);
  if (markdown > 12_000) to.say(root, 'markdown blocks must be less than 12001 characters in total');
}
