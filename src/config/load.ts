import { isMap, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { didYouMean } from '../core/did-you-mean.ts';
import { crossCheck } from './cross-check.ts';
import { ConfigError, type Problem } from './problem.ts';
import { type Config, ConfigSchema } from './schema.ts';
import { understood } from './understood.ts';

/**
 * The text of a configuration file as a checked configuration. Secrets stay references.
 * @param outside what is wrong outside of the file with what it refers to, such as secrets; told together with its own problems.
 * @throws ConfigError with every problem at once.
 */
export function loadConfig(text: string, file: string, outside: (raw: unknown) => readonly Problem[] = () => []): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      file,
      document.errors.map((error) => brokenYaml(error.message, lines.linePos(error.pos[0]).line)),
    );
  }
  const lineOf: LineOf = (path) => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const offset = offsetOf(document, path.slice(0, depth));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return undefined;
  };
  const raw: unknown = document.toJS({ maxAliasCount: 50 });
  const parsed = ConfigSchema.safeParse(raw);
  const problems = parsed.success
    ? crossCheck(parsed.data)
    : [...parsed.error.issues.flatMap((issue) => problemsOf(issue, raw)), ...beside(raw, parsed.error.issues)];
  const all = [
    ...problems.map(({ keys, ...problem }) => ({ path: dotted(keys), ...withLine(lineOf(keys)), ...problem })),
    ...outside(raw),
  ];
  if (all.length > 0) throw new ConfigError(file, all);
  return ConfigSchema.parse(raw);
}

/** What is wrong with the rest of a file in which values are wrong; nothing that only says that those are missing. */
function beside(raw: unknown, issues: readonly z.core.$ZodIssue[]): readonly Found[] {
  const rest = understood(raw, issues);
  if (!rest) return [];
  const about = (keys: Keys) => rest.without.some((path) => keys.every((key, i) => path[i] === undefined || path[i] === key));
  return crossCheck(rest.config).filter(({ keys }) => !about(keys));
}

type Keys = readonly (string | number)[];
type LineOf = (path: Keys) => number | undefined;
type Found = Omit<Problem, 'path' | 'line'> & { readonly keys: Keys };

const EXAMPLE = 'docs/trunkline.example.yml is an example; docs/trunkline.schema.json has every key.';
/** Zod's words for kinds, in those of YAML. */
const KINDS: Readonly<Record<string, string>> = { object: 'a mapping', array: 'a list', string: 'a text', number: 'a number' };

const withLine = (line: number | undefined) => (line === undefined ? {} : { line });

function brokenYaml(message: string, line: number): Problem {
  return { path: '', line, reason: `not valid YAML: ${message}`, hint: 'Check the indentation and the quotes around this line.' };
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: Keys): number | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const key = path.at(-1);
  const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
  const node: unknown = pair ? pair.key : document.getIn(path, true);
  if (node === null || typeof node !== 'object' || !('range' in node) || !Array.isArray(node.range)) return undefined;
  return Number(node.range[0]);
}

function problemsOf(issue: z.core.$ZodIssue, raw: unknown): readonly Found[] {
  const keys = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(keys);
    return issue.keys.map((key) => {
      const near = didYouMean(key, known);
      return {
        keys: [...keys, key],
        reason: 'unknown key',
        hint: near ? `Did you mean ${near}?` : `Known here: ${known.join(', ')}.`,
      };
    });
  }
  const value = at(raw, keys);
  if (value === undefined) {
    const kind = issue.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
    return [{ keys, reason: 'is missing', hint: `Add it${kind ? `, ${kind}` : ''}; ${EXAMPLE}` }];
  }
  return [
    {
      keys,
      value: shown(keys, value),
      reason: issue.message,
      hint: `Correct the value; ${EXAMPLE}`,
    },
  ];
}

function at(raw: unknown, keys: Keys): unknown {
  return keys.reduce<unknown>(
    (value, key) => (value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined),
    raw,
  );
}

/** A value that stands where a secret belongs may be one, so it is not repeated. */
function shown(keys: Keys, value: unknown): string {
  if (keys.some((key) => /pass(word|phrase)|secret|token|key|^url$/i.test(String(key)))) return '[not shown]';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function knownKeys(keys: Keys): readonly string[] {
  let schema: unknown = ConfigSchema;
  for (const key of keys) schema = inner(schema, key);
  const shape = unwrapped(schema);
  return shape !== null && typeof shape === 'object' && 'shape' in shape && shape.shape ? Object.keys(shape.shape) : [];
}

function inner(schema: unknown, key: string | number): unknown {
  const open = unwrapped(schema);
  if (open === null || typeof open !== 'object') return undefined;
  if ('element' in open && typeof key === 'number') return open.element;
  return 'shape' in open && open.shape !== null && typeof open.shape === 'object' ? Reflect.get(open.shape, key) : undefined;
}

function unwrapped(schema: unknown): unknown {
  let open = schema;
  while (
    open !== null &&
    typeof open === 'object' &&
    'unwrap' in open &&
    typeof open.unwrap === 'function' &&
    !('element' in open)
  ) {
    open = open.unwrap();
  }
  return open;
}

function dotted(keys: Keys): string {
  return keys
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}
