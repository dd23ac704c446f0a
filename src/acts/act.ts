import type { z } from 'zod';
import type { DebtDraft } from '../core/debt.ts';
import { refusal } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { ActData } from '../core/plan.ts';
import type { Hands } from './hands.ts';

export interface ActContext {
  /** Unique for run and step, the same in every attempt; letters, digits, dot, dash, at most 80. The claim's name begins with it. */
  readonly claim: string;
  /** Aborted when the attempt loses its locks or the person cancels. */
  readonly signal: AbortSignal;
}

/** What an act can tell. It is never proof that the act worked: the step's `until` is. */
export interface Performed {
  /** False when somebody has the claim already: an earlier attempt of this very step. */
  readonly performed: boolean;
  /** A sentence for the thread. */
  readonly says: string;
}

/** Whether what an act began is gone, looked at and not assumed. */
export interface EndedAct {
  readonly gone: boolean;
  /** A clause: what was found. */
  readonly says: string;
}

/** How an act is defined: one file each, listed in all.ts. */
export interface ActDefinition<A extends z.ZodType<JsonObject>, R extends 'harmless' | 'never'> {
  readonly name: string;
  readonly args: A;
  /** `never`: an act that must not happen twice; it takes a claim on the host acted on before anything else. */
  readonly repeat: R;
  /** True when clients notice it. */
  readonly interrupts: boolean;
  /**
   * @throws TrunklineError when the act is known not to have happened, with the reason; anything unclear is no error, as the
   * step's `until` settles it.
   */
  readonly perform: (args: z.output<A>, hands: Hands, context: ActContext) => Promise<Performed>;
  /** What it leaves behind that does harm until it is taken away; recorded before the act is performed. `claim` as in its context. */
  readonly debt?: (args: z.output<A>, claim: string) => DebtDraft | undefined;
  /** The ids of the debts that are gone once the step of this act is done. */
  readonly pays?: (args: z.output<A>) => readonly string[];
  /** Ends what the act began, where it can be ended, and looks whether it is gone. */
  readonly end?: (args: z.output<A>, hands: Hands, context: ActContext) => Promise<EndedAct>;
  /** Lines of the acted-on host's own log, since a moment (epoch milliseconds), that say why the act hangs or failed. */
  readonly explain?: (args: z.output<A>, hands: Hands, sinceMs: number, signal: AbortSignal) => Promise<readonly string[]>;
}

/** An act with its argument types behind it, as the list uses it. */
export interface Act {
  readonly name: string;
  readonly repeat: 'harmless' | 'never';
  readonly interrupts: boolean;
  readonly canBeEnded: boolean;
  debt(args: JsonObject, claim: string): DebtDraft | undefined;
  pays(args: JsonObject): readonly string[];
  /** `undefined` when it can't be ended. */
  end(args: JsonObject, hands: Hands, context: ActContext): Promise<EndedAct | undefined>;
  perform(args: JsonObject, hands: Hands, context: ActContext): Promise<Performed>;
  explain(args: JsonObject, hands: Hands, sinceMs: number, signal: AbortSignal): Promise<readonly string[]>;
}

/** Declares an act: how the list performs it, and the builder that a runbook writes in its plan. */
export function defineAct<A extends z.ZodType<JsonObject>, R extends 'harmless' | 'never'>(
  definition: ActDefinition<A, R>,
): { readonly act: Act; readonly build: (args: z.input<A>) => ActData<R> } {
  const { name, repeat, interrupts, args: schema } = definition;
  const read = (args: JsonObject): z.output<A> => {
    const stored = ofThisRelease(schema, args);
    if ('fits' in stored) return stored.fits;
    const says = `'${name}' was planned by another release of Trunkline, with other arguments (${stored.why})`;
    // Of an act that must not happen twice it is not known whether that release performed it.
    if (repeat === 'never') throw new Error(`${says}; give the run up and ask again`);
    throw refusal(says, 'Give the run up and ask again.');
  };
  const whereFits = <T>(args: JsonObject, of: ((args: z.output<A>) => T) | undefined): T | undefined => {
    const stored = ofThisRelease(schema, args);
    return 'fits' in stored ? of?.(stored.fits) : undefined;
  };
  return {
    act: {
      name,
      repeat,
      interrupts,
      canBeEnded: definition.end !== undefined,
      debt: (args, claim) => whereFits(args, (parsed) => definition.debt?.(parsed, claim)),
      pays: (args) => whereFits(args, definition.pays) ?? [],
      end: async (args, hands, context) => definition.end?.(read(args), hands, context),
      perform: async (args, hands, context) => definition.perform(read(args), hands, context),
      explain: async (args, hands, sinceMs, signal) => (await definition.explain?.(read(args), hands, sinceMs, signal)) ?? [],
    },
    build: (args) => ({ act: name, args: schema.parse(args) }),
  };
}

/** What has one argument more does not fit either: left out, that could make another act of it. */
function ofThisRelease<A extends z.ZodType<JsonObject>>(
  schema: A,
  args: JsonObject,
): { readonly fits: z.output<A> } | { readonly why: string } {
  const { success, data, error } = schema.safeParse(args);
  if (!success) return { why: error.issues.map(flawOf).join('; ') };
  const more = Object.keys(args).filter((key) => !(key in data));
  return more.length === 0 ? { fits: data } : { why: `${more.join(', ')}: not known` };
}

/** Of a key of a record zod tells what is wrong one level deeper. */
function flawOf(issue: z.core.$ZodIssue): string {
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  return `${issue.path.join('.')}: ${inner?.message ?? issue.message}`;
}
