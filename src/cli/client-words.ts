import { RunId } from '../core/names.ts';
import { DEFAULT_PORT } from './request.ts';
import { joinWords } from './join-words.ts';

/** The verbs of the program that ask a running bot. */
export const CLIENT_VERBS = ['pg', 'run', 'approve', 'deny', 'withdraw', 'watch'] as const;
export type ClientVerb = (typeof CLIENT_VERBS)[number];

export interface ClientOptions {
  /** Path of the private key, or of the public one whose other half an agent holds. */
  readonly key?: string;
  /** Slack user id. */
  readonly user?: string;
  /** `http://host:port` or `unix:/path`. */
  readonly url: string;
  readonly bot: string;
  /** Folder for files that come with an answer. */
  readonly out?: string;
  /** Also what Slack would put in the thread. */
  readonly details: boolean;
}

/** What is to be asked, as one writes it after `/pg`. */
export interface Wish {
  readonly text: string;
  readonly watch: boolean;
  readonly options: ClientOptions;
}

/** The words can't be understood; the message says which. */
export class UsageError extends Error {}

const VALUED = ['key', 'user', 'url', 'bot', 'out'] as const;
/** No command of `/pg` may have a flag of these names (test/cli/client-words.test.ts). */
export const CLIENT_FLAGS: readonly string[] = [...VALUED, 'details'];

type Env = Readonly<Record<string, string | undefined>>;
type Values = Partial<Record<(typeof VALUED)[number] | 'details', string>>;

/**
 * Splits the options of this program from the words for the bot. After `--` everything is for the bot. Values that are not given come
 * from TRUNKLINE_KEY, TRUNKLINE_USER, TRUNKLINE_URL and TRUNKLINE_BOT.
 * @throws UsageError.
 */
export function clientWish(verb: ClientVerb, argv: readonly string[], env: Env): Wish {
  const { values, words } = taken(argv);
  const { key = env.TRUNKLINE_KEY, user = env.TRUNKLINE_USER, out } = values;
  const options = {
    ...(key ? { key } : {}),
    ...(user ? { user } : {}),
    ...(out ? { out } : {}),
    url: values.url ?? (env.TRUNKLINE_URL || `http://127.0.0.1:${DEFAULT_PORT}`),
    bot: values.bot ?? (env.TRUNKLINE_BOT || 'trunkline'),
    details: values.details !== undefined,
  };
  return { text: textOf(verb, words), watch: verb === 'watch', options };
}

function taken(argv: readonly string[]): { readonly values: Values; readonly words: readonly string[] } {
  const values: Values = {};
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return { values, words: [...words, ...rest] };
    const [, name = '', given] = /^--([a-z]+)(?:=(.*))?$/su.exec(word) ?? [];
    if (word === '--details') values.details = 'yes';
    else if (isValued(name)) values[name] = valueFor(name, given ?? rest.shift());
    else words.push(word);
  }
  return { values, words };
}

function isValued(name: string): name is (typeof VALUED)[number] {
  return VALUED.some((known) => known === name);
}

function valueFor(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`--${name} needs a value`);
  return value;
}

function textOf(verb: ClientVerb, words: readonly string[]): string {
  if (verb === 'pg') return words.length === 1 ? (words[0] ?? '') : joinWords(words);
  const [first] = words;
  if (first === undefined) {
    const missing =
      verb === 'run' ? 'what to run is missing, such as `trunkline run -- switchover billing`' : `the run's id is missing`;
    throw new UsageError(missing);
  }
  if (verb === 'run') return runText(words, first);
  if (!RunId.safeParse(first).success) throw new UsageError(`'${first}' is no run id; it looks like r4k2m9xq`);
  if (verb === 'watch' && words.length > 1) throw new UsageError(`'${words[1]}' is one word too many`);
  return joinWords([verb === 'watch' ? 'run' : verb, ...words]);
}

/** One word is a whole command, quoted for the shell; the id of a run shows it. */
function runText(words: readonly string[], first: string): string {
  if (words.length > 1) return joinWords(words);
  return RunId.safeParse(first).success ? `run ${first}` : first;
}

/** The verb that was meant, if it is one of the client. */
export function clientVerb(word: string | undefined): ClientVerb | undefined {
  return CLIENT_VERBS.find((verb) => verb === word);
}
