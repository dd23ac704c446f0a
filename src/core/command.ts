import { z } from 'zod';
import type { ByMode } from './by-mode.ts';
import { bug } from './errors.ts';
import type { IncidentLedger } from './incident-ledger.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './message.ts';
import { parseArgs, usageOf } from './parse-args.ts';
import type { Asker, PersonRole } from './person.ts';
import type { Rights } from './rights.ts';
import type { Decision } from './run.ts';
import type { Runbook } from './runbook.ts';
import { StartFlags, type StartOptions, startOptions } from './start-flags.ts';
import type { View } from './view.ts';

type Shape = z.ZodObject<z.ZodRawShape>;

interface CommandBase<A extends Shape> {
  /** One word, or two joined by a dash for two words in chat: `config-set` answers to `/pg config set`. */
  readonly name: string;
  readonly summary: string;
  /** The least of the built-in roles that may type it; others may when they hold what this one is about (`NEEDED`). */
  readonly who: PersonRole;
  readonly args: A;
  /** Keys of `args` that are given by position, in order; the others are flags in kebab case. */
  readonly positionals?: readonly (keyof z.output<A> & string)[];
  /** Keys of `args` that nobody else may read: where others would, the command is refused, and its answer is for the asker alone. */
  readonly secrets?: readonly (keyof z.output<A> & string)[];
  /** Key of `args`, a list of words, that takes the first word after the positionals and all that follows it, flags too. */
  readonly rest?: keyof z.output<A> & string;
  /** Without the command's name; each must parse (contract test). */
  readonly examples: readonly [string, ...string[]];
}

/** Changes Trunkline's own store only; every call is audited. */
export interface Ledger extends IncidentLedger {
  /** `code`: of the authenticator app, where the policy asks for one. */
  approve(run: string, by: Asker, code?: string): Promise<Message>;
  /** The asker's own second click, where the policy asks for that. */
  confirm(run: string, by: Asker, code?: string): Promise<Message>;
  deny(run: string, by: Asker, reason: string): Promise<Message>;
  withdraw(run: string, by: Asker): Promise<Message>;
  /** Wants a running run stopped. */
  cancel(run: string, by: Asker): Promise<Message>;
  /** Wants something done with a halted run. */
  decide(
    run: string,
    by: Asker,
    verb: Decision['verb'],
    more?: { readonly reason?: string; readonly code?: string },
  ): Promise<Message>;
  /** Sends the asker a key for an authenticator app in a direct message. */
  totpEnroll(by: Asker): Promise<Message>;
  /** The first code of the app; from then on its codes count. */
  totpConfirm(by: Asker, code: string): Promise<Message>;
  /** Voids somebody's codes; `person` as it was typed. */
  totpReset(by: Asker, person: string): Promise<Message>;
  /** Asks for a stale or expired request again, as it was asked; it goes through the whole gate. */
  again(run: string, by: Asker): Promise<Message>;
  /** Asks for what takes a run that succeeded back, as a request of its own. */
  revert(run: string, by: Asker): Promise<Message>;
  /** Closes the review of a change that was made without approval. */
  review(run: string, by: Asker, says: string): Promise<Message>;
  lock(cluster: string, by: Asker, terms: { readonly reason: string; readonly forMs: number }): Promise<Message>;
  unlock(cluster: string, by: Asker): Promise<Message>;
}

/** A command that stands for another one, whose words it takes: they are read by that command's own parser. */
export interface Through {
  readonly words: readonly string[];
  readonly reason: string;
  readonly start: StartOptions;
}

/** A command does one of three things; `through` starts a runbook by the words of the command that usually does. */
export type CommandDefinition<A extends Shape> = CommandBase<A> &
  (
    | {
        readonly answer: (args: z.output<A>, view: View, help: Help, rights: Rights) => Promise<Message>;
        readonly starts?: never;
        readonly records?: never;
        readonly through?: never;
      }
    | {
        readonly starts: Runbook;
        /** Takes the place of `starts` on clusters of that mode. */
        readonly byMode?: ByMode;
        readonly input: (args: z.output<A>) => JsonObject;
        readonly answer?: never;
        readonly records?: never;
        readonly through?: never;
      }
    | {
        /** @throws Refusal for words that do not go together. */
        readonly through: (args: z.output<A>) => Through;
        readonly answer?: never;
        readonly starts?: never;
        readonly records?: never;
      }
    | {
        readonly records: (args: z.output<A>, ledger: Ledger, by: Asker) => Promise<Message>;
        readonly answer?: never;
        readonly starts?: never;
        readonly through?: never;
      }
  );

/** What `/pg help` shows; registered with the handler. */
export interface CommandInfo {
  readonly name: string;
  readonly summary: string;
  readonly who: PersonRole;
  /** `switchover CLUSTER [--to MEMBER] [--reason TEXT]`. */
  readonly usage: string;
  readonly examples: readonly string[];
  /** Looks; asks for a change of a cluster; changes only what Trunkline itself keeps. */
  readonly does: 'looks' | 'changes' | 'records';
}
/** The commands that the asker may use. */
export type Help = readonly CommandInfo[];

/** A command that was typed well. */
export type Invocation = { readonly cluster?: string; readonly reason?: string; readonly isSecret?: boolean } & (
  | { readonly does: 'answer'; answer(view: View, help: Help, rights?: Rights): Promise<Message> }
  | { readonly does: 'start'; readonly input: JsonObject; readonly start: StartOptions }
  | { readonly does: 'through'; readonly through: Through }
  | { readonly does: 'record'; record(ledger: Ledger, by: Asker): Promise<Message> }
);

/** A command with its types behind it. */
export interface Command extends CommandInfo {
  readonly starts?: Runbook;
  readonly byMode?: ByMode;
  /** @throws Refusal that says which word is wrong and how it is written. */
  parse(words: readonly string[]): Invocation;
}

/** Declares a command; the default export of a file in `commands/`. */
export function command<A extends Shape>(definition: CommandDefinition<A>): Command {
  const { name, summary, who, examples } = definition;
  const { positionals = [], rest } = definition;
  // What is started may be scheduled and overridden, whichever command starts it.
  const schema = definition.starts ? definition.args.extend(StartFlags.shape) : definition.args;
  const usage = usageOf(name, schema, { positionals, rest });
  return {
    name,
    summary,
    who,
    usage,
    examples,
    does: kindOf(definition),
    ...(definition.starts ? { starts: definition.starts } : {}),
    ...(definition.starts && definition.byMode ? { byMode: definition.byMode } : {}),
    parse: (words) => {
      const given = parseArgs({ words, schema, positionals, rest, usage });
      return invocation(definition, given as z.output<A>, given);
    },
  };
}

function kindOf<A extends Shape>({ starts, through, records }: CommandDefinition<A>): CommandInfo['does'] {
  if (starts || through) return 'changes';
  return records ? 'records' : 'looks';
}

/** Where nobody is there who asks. */
const NO_RIGHTS: Rights = { on: () => Promise.reject(bug('a command asks for rights where there are none to ask')) };

const Common = z.looseObject({ cluster: z.string().optional(), reason: z.string().optional() });

function invocation<A extends Shape>(definition: CommandDefinition<A>, args: z.output<A>, given: unknown): Invocation {
  const { cluster, reason } = Common.parse(args);
  const isSecret = definition.secrets?.some((key) => args[key] !== undefined) ?? false;
  const common = { ...(cluster ? { cluster } : {}), ...(reason ? { reason } : {}), ...(isSecret ? { isSecret } : {}) };
  if (definition.starts) {
    return { ...common, does: 'start', input: definition.input(args), start: startOptions(given) };
  }
  if (definition.through) return { ...common, does: 'through', through: definition.through(args) };
  if (definition.records) {
    const { records } = definition;
    return { ...common, does: 'record', record: (ledger, by) => records(args, ledger, by) };
  }
  const { answer } = definition;
  return { ...common, does: 'answer', answer: (view, help, rights = NO_RIGHTS) => answer(args, view, help, rights) };
}
