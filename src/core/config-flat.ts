import type { Json, JsonObject } from './json.ts';

/** A configuration as `postgresql.parameters.work_mem` -> its value as text, sorted; lists as JSON. */
export function flatConfig(config: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries([...leaves('', config)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function* leaves(path: string, value: Json): Generator<readonly [string, string]> {
  if (value === null) return;
  if (typeof value !== 'object' || Array.isArray(value)) {
    yield [path, typeof value === 'string' ? value : JSON.stringify(value)];
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* leaves(path === '' ? key : `${path}.${key}`, inner);
}

/** What differs between two flat configurations but for the keys of `without`, as sentences: `ttl 30 -> 20`. */
export function flatChanges(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  without: readonly string[],
): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return keys
    .filter((key) => before[key] !== now[key] && !without.includes(key.replace(/^.*\./, '')))
    .map((key) => `${key} ${before[key] ?? 'not set'} -> ${now[key] ?? 'not set'}`);
}
