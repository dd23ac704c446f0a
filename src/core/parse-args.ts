import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { refusal } from './errors.ts';
import { spokenName } from './spoken-name.ts';

type Shape = z.ZodObject<z.ZodRawShape>;
interface Wanted<A extends Shape> {
  readonly words: readonly string[];
  readonly schema: A;
  readonly positionals: readonly string[];
  /** Key that takes the first word after the positionals and all that follows it. */
  readonly rest?: string | undefined;
  readonly usage: string;
}

/**
 * Words as the arguments of a command: positionals in order (a last one that is a list takes all that stand there), the other keys as `--kebab-case value`, booleans as bare flags, lists
 * as values with commas or the flag repeated.
 * @throws Refusal for an unknown or doubled flag, a missing or surplus word, or a value that does not fit.
 */
export function parseArgs<A extends Shape>({ words, schema, positionals, rest: tail, usage }: Wanted<A>): z.output<A> {
  const given: Record<string, unknown> = {};
  const places = [...positionals];
  const many = positionals.find((key) => isList(schema, key));
  const rest = [...words];
  const placed = tail === undefined ? positionals : [...positionals, tail];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--')) takeFlag({ word, rest, given, schema, positionals: placed, usage });
    else takeWord({ word, rest, given, key: places.shift() ?? many, many, tail, usage });
  }
  return checked(given, schema, { placed, usage });
}

interface Placing extends Pick<Taking, 'word' | 'rest' | 'given' | 'usage'> {
  readonly key: string | undefined;
  /** The positional that is a list. */
  readonly many: string | undefined;
  readonly tail: string | undefined;
}

function takeWord({ word, rest, given, key, many, tail, usage }: Placing): void {
  if (key !== undefined) given[key] = key === many ? [...listOf(given[key]), word] : word;
  else if (tail !== undefined) given[tail] = [word, ...rest.splice(0)];
  else throw refusal(`'${shown(word)}' is one word too many`, `Write it as: /pg ${usage}`);
}

/** What a flag wants, where its name does not say so. */
const VALUES: Readonly<Record<string, string>> = {
  ...{ to: 'MEMBER', at: 'TIME', for: 'DURATION', confirm: 'CLUSTER', discard: 'MEMBER', leader: 'in-place|switchover' },
  ...{ reason: 'TEXT', says: 'TEXT', override: 'CHECK', overrideReason: 'TEXT' },
};

/** `switchover CLUSTER [--to MEMBER] [--reason TEXT]`. */
export function usageOf(
  name: string,
  schema: Shape,
  { positionals, rest }: { readonly positionals: readonly string[]; readonly rest?: string | undefined },
): string {
  const keys = Object.keys(schema.shape).filter((key) => key !== rest);
  const placed = positionals.map((key) => {
    const word = `${key.toUpperCase()}${isList(schema, key) ? '...' : ''}`;
    return isOptional(schema, key) ? `[${word}]` : word;
  });
  const flags = keys
    .filter((key) => !positionals.includes(key))
    .map((key) => {
      const flag = isFlag(schema, key) ? `--${kebab(key)}` : `--${kebab(key)} ${VALUES[key] ?? kebab(key).toUpperCase()}`;
      return isOptional(schema, key) ? `[${flag}]` : flag;
    });
  return [spokenName(name), ...placed, ...flags, ...(rest === undefined ? [] : [`${rest.toUpperCase()}...`])].join(' ');
}

interface Taking {
  readonly word: string;
  readonly rest: string[];
  readonly given: Record<string, unknown>;
  readonly schema: Shape;
  readonly positionals: readonly string[];
  readonly usage: string;
}

function takeFlag({ word, rest, given, schema, positionals, usage }: Taking): void {
  const equals = word.indexOf('=');
  const flag = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const flags = Object.keys(schema.shape).filter((key) => !positionals.includes(key));
  const key = flags.find((name) => kebab(name) === flag);
  if (key === undefined) throw unknownFlag(flag, flags.map(kebab), usage);
  const isMany = isList(schema, key);
  if (key in given && !isMany) throw refusal(`--${flag} is given twice`, 'Give it once.');
  if (isFlag(schema, key)) {
    if (equals >= 0) throw refusal(`--${flag} takes no value`, `Usage: /pg ${usage}`);
    given[key] = true;
    return;
  }
  const value = equals >= 0 ? word.slice(equals + 1) : rest.shift();
  if (value === undefined || (equals < 0 && value.startsWith('--')))
    throw refusal(`--${flag} needs a value`, `Usage: /pg ${usage}`);
  given[key] = isMany ? [...listOf(given[key]), ...value.split(',').map((one) => one.trim())].filter(Boolean) : value;
}

function unknownFlag(flag: string, known: readonly string[], usage: string): Error {
  const near = didYouMean(flag, known);
  const hint = near ? `Did you mean --${near}? Usage: /pg ${usage}` : `Usage: /pg ${usage}`;
  return refusal(`there is no flag --${shown(flag)} here`, hint);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

interface Checking {
  /** Keys that are given by their place. */
  readonly placed: readonly string[];
  readonly usage: string;
}

function checked<A extends Shape>(given: Record<string, unknown>, schema: A, { placed, usage }: Checking): z.output<A> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const key = String(first?.path[0] ?? '');
  const isPlaced = placed.includes(key);
  if (given[key] === undefined)
    throw refusal(`${isPlaced ? key.toUpperCase() : `--${kebab(key)}`} is missing`, `Usage: /pg ${usage}`);
  throw refusal(
    `'${shown(String(given[key]))}' does not fit ${key.toUpperCase()}: ${first?.message ?? 'not valid'}`,
    `Usage: /pg ${usage}`,
  );
}

function isFlag(schema: Shape, key: string): boolean {
  const field = schema.shape[key] as z.ZodType | undefined;
  return field?.safeParse(true).success === true && !field.safeParse('x').success;
}

function isList(schema: Shape, key: string): boolean {
  const field = schema.shape[key] as z.ZodType | undefined;
  return field?.safeParse(['x']).success === true;
}

function isOptional(schema: Shape, key: string): boolean {
  const field = schema.shape[key] as z.ZodType | undefined;
  return field?.safeParse(undefined).success ?? true;
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
}

/** A word to be told again, but not what may be a one-time code. */
function shown(word: string): string {
  if (/^\d{6,8}$/.test(word)) return '…';
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}
