/** Slack's limits written down a second time, strictly, so that the renderer is not judged by its own constants. */
export function complaintsAbout(blocks: readonly unknown[]): readonly string[] {
  const found: string[] = [];
  if (blocks.length < 1 || blocks.length > 50) found.push(`${blocks.length} blocks`);
  if (JSON.stringify(blocks).length > 12_500) found.push(`${JSON.stringify(blocks).length} characters of blocks`);
  for (const block of blocks) found.push(...complaintsAboutBlock(record(block)));
  return found;
}

/** Every text of the blocks, with its type. */
export function textsOf(value: unknown): readonly { readonly type: string; readonly text: string }[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const own = record(value);
  if (typeof own.text === 'string') return [{ type: String(own.type), text: own.text }];
  return Object.values(own).flatMap(textsOf);
}

function complaintsAboutBlock(block: Record<string, unknown>): readonly string[] {
  switch (block.type) {
    case 'divider':
      return [];
    case 'header':
      return text(block.text, 150, ['plain_text']);
    case 'section':
      return text(block.text, 3000, ['mrkdwn']);
    case 'context': {
      const elements = list(block.elements);
      return [...size(elements, 10, 'context elements'), ...elements.flatMap((each) => text(each, 3000, ['mrkdwn']))];
    }
    case 'actions':
      return actions(list(block.elements));
    default:
      return [`unknown block ${String(block.type)}`];
  }
}

function actions(elements: readonly unknown[]): readonly string[] {
  const ids = elements.map((each) => record(each).action_id);
  return [
    ...size(elements, 25, 'buttons'),
    ...(new Set(ids).size === ids.length ? [] : ['the same action_id twice']),
    ...elements.flatMap((each) => button(record(each))),
  ];
}

function button(element: Record<string, unknown>): readonly string[] {
  const confirm = element.confirm === undefined ? undefined : record(element.confirm);
  const dialog = confirm
    ? [
        ...text(confirm.title, 100, ['plain_text']),
        ...text(confirm.text, 300, ['plain_text']),
        ...text(confirm.confirm, 30, ['plain_text']),
        ...text(confirm.deny, 30, ['plain_text']),
      ]
    : [];
  return [
    ...text(element.text, 75, ['plain_text']),
    ...string(element.value, 2000),
    ...string(element.action_id, 255),
    ...dialog,
  ];
}

function text(value: unknown, max: number, types: readonly string[]): readonly string[] {
  const own = record(value);
  const wrong = types.includes(String(own.type)) ? [] : [`a ${String(own.type)} where ${types.join()} belongs`];
  return [...wrong, ...string(own.text, max)];
}

function string(value: unknown, max: number): readonly string[] {
  if (typeof value !== 'string') return ['not a text'];
  if (value.length < 1 || value.length > max) return [`${value.length} characters where 1 to ${max} fit`];
  return /\p{Cs}/u.test(value) ? ['half a surrogate pair'] : [];
}

function size(values: readonly unknown[], max: number, what: string): readonly string[] {
  return values.length < 1 || values.length > max ? [`${values.length} ${what}`] : [];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
