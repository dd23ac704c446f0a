import { asList, asObject, asText, isObject, type Json } from './json.ts';

/**
 * `state.values` of a modal, from what a person typed or chose: texts by `action_id` or `block_id`, or Slack's own value objects.
 * Throws when there is no such input, no such option, or a required input is empty, as Slack's client would not submit it then.
 */
export function stateValues(view: Json, given: Readonly<Record<string, unknown>>): Json {
  const inputs = asList(view.blocks)
    .filter(isObject)
    .filter((block) => block.type === 'input');
  const names = inputs.flatMap((block) => [asText(asObject(block.element).action_id), asText(block.block_id)]);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw new Error(`The modal has no input "${name}"; it has: ${names.join(', ') || 'none'}.`);
  }
  const values: Json = {};
  for (const block of inputs) {
    const element = asObject(block.element);
    const [actionId, blockId] = [asText(element.action_id), asText(block.block_id)];
    const value = inputValue(element, given[actionId] ?? given[blockId]);
    if (block.optional !== true && isEmpty(value))
      throw new Error(`The modal needs a value for "${actionId}" before it can be submitted.`);
    values[blockId] = { ...asObject(values[blockId]), [actionId]: value };
  }
  return values;
}

function inputValue(element: Json, given: unknown): Json {
  const type = asText(element.type);
  if (isObject(given)) return given;
  if (type === 'static_select' || type === 'radio_buttons')
    return { type, selected_option: optionOf(element, given) ?? element.initial_option ?? null };
  if (type === 'checkboxes') return { type, selected_options: asList(given).map((each) => optionOf(element, each)) };
  if (type === 'datepicker') return { type, selected_date: given ?? element.initial_date ?? null };
  if (type === 'timepicker') return { type, selected_time: given ?? element.initial_time ?? null };
  if (type === 'users_select') return { type, selected_user: given ?? element.initial_user ?? null };
  return { type, value: given ?? element.initial_value ?? null };
}

function optionOf(element: Json, given: unknown): Json | undefined {
  if (given === undefined) return undefined;
  const options = asList(element.options).filter(isObject);
  const found = options.find((each) => each.value === given || asObject(each.text).text === given);
  if (!found)
    throw new Error(
      `"${asText(given)}" is not offered; the options are: ${options.map((each) => asText(each.value)).join(', ')}.`,
    );
  return found;
}

function isEmpty(value: Json): boolean {
  return Object.entries(value).every(([field, each]) => field === 'type' || each === null || each === '');
}
