import { z } from 'zod';
import { type Json, type JsonObject, JsonObjectSchema } from './json.ts';
import type { Snapshot } from './cluster.ts';
import { refusal } from './errors.ts';
import type { Permission } from './person.ts';
import { type PlanDraft, type Risk, StoredPlan } from './plan.ts';
import type { Journal, RunReport } from './run.ts';
import type { View } from './view.ts';

/** Something that only one run may hold (exclusive) or several may share. */
export interface Lock {
  readonly resource: string;
  readonly shared: boolean;
}

/** The locks that runbooks name. */
export const exclusive = {
  /** Who leads, or several members at once: nothing else goes on in the cluster meanwhile, a copy neither. */
  cluster: (name: string): Lock => ({ resource: `cluster:${name}`, shared: false }),
  member: (cluster: string, name: string): Lock => ({ resource: `member:${cluster}/${name}`, shared: false }),
  /** Copying the data of a cluster to a member: one copy at a time. */
  copy: (cluster: string): Lock => ({ resource: `copy:${cluster}`, shared: false }),
  /** What all members share in the DCS: the dynamic configuration, the pause, what is scheduled. */
  config: (cluster: string): Lock => ({ resource: `config:${cluster}`, shared: false }),
  /** Taking one replica away for a while (a drain, a restart): one at a time, as the plan counts on those that are left. */
  drain: (cluster: string): Lock => ({ resource: `drain:${cluster}`, shared: false }),
};
export const shared = {
  cluster: (name: string): Lock => ({ resource: `cluster:${name}`, shared: true }),
};

/** What a run left behind, for its report. */
export interface Ended {
  readonly material: JsonObject;
  readonly plan: StoredPlan;
  readonly journal: Journal;
  /** Read after the last step. */
  readonly snapshot: Snapshot;
}
/** The report without the measured outage, which the engine adds. */
export interface Conclusion {
  readonly says: string;
  readonly lines: readonly RunReport['lines'][number][];
  /** What would take it back, for a request of its own. */
  readonly reverse?: NonNullable<RunReport['reverse']>;
}

/** What a contributor writes: data, one read-only look and a pure plan. Same facts, same plan. */
export interface RunbookDefinition<I extends z.ZodType, F extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  /** The floor; `plan` may return a higher one with its reason. */
  readonly risk: Risk;
  /** Approvals by other people that it takes at least, whatever the policy says. */
  readonly leastApprovals?: number;
  /** May take over the locks of other runs, once an approver has read what that leaves open. */
  readonly emergency?: true;
  /** Holds at least `cluster`. */
  readonly input: I;
  readonly facts: F;
  readonly locks: (input: z.output<I>) => readonly Lock[];
  /** The only I/O before approval, read-only. */
  readonly look: (input: z.output<I>, view: View) => Promise<z.input<F>>;
  /** Fixes what the person left open (the candidate of a switchover), so that planning again cannot choose otherwise. */
  readonly settle?: (input: z.output<I>, facts: z.output<F>) => z.input<I>;
  /** What the person must be let do to ask for it, where that depends on what is asked; `ask` when absent. */
  readonly asks?: (input: z.output<I>) => Permission;
  /** The facts whose change makes an approval stale. */
  readonly material: (facts: z.output<F>, input: z.output<I>) => JsonObject;
  readonly plan: (input: z.output<I>, facts: z.output<F>) => PlanDraft;
  /** Pure: the report of a run that ended, well or not, by what the cluster shows and not by what was asked. */
  readonly conclude?: (input: z.output<I>, ended: Ended) => Conclusion;
}

export interface Proposal {
  readonly input: JsonObject;
  readonly cluster: string;
  readonly locks: readonly Lock[];
  readonly material: JsonObject;
  readonly plan: StoredPlan;
}

/** A runbook with its types behind it, as the rest of Trunkline uses it. */
export interface Runbook {
  readonly name: string;
  readonly summary: string;
  readonly risk: Risk;
  readonly emergency: boolean;
  readonly leastApprovals: number;
  /** What the person must be let do to ask for it. @throws Refusal when the input does not fit. */
  asks(input: unknown): Permission;
  /**
   * Looks and plans.
   * @throws Refusal from the plan when nothing sensible can be planned; ZodError when the input does not fit.
   */
  propose(input: unknown, view: View): Promise<Proposal>;
  /** The pure part alone, for tests. */
  planOf(input: unknown, facts: unknown): StoredPlan;
  /** `undefined` when the runbook has no report of its own. */
  conclude(input: unknown, ended: Ended): Conclusion | undefined;
}

const HasCluster = z.looseObject({ cluster: z.string() });

/** Declares a runbook; the default export of a file in `runbooks/`. */
export function runbook<I extends z.ZodType, F extends z.ZodType>(definition: RunbookDefinition<I, F>): Runbook {
  const { name, summary, risk } = definition;
  return {
    name,
    summary,
    risk,
    emergency: definition.emergency === true,
    leastApprovals: definition.leastApprovals ?? 0,
    asks: (rawInput) => definition.asks?.(fitting(definition.input, rawInput)) ?? 'ask',
    async propose(rawInput, view) {
      const asked = definition.input.parse(rawInput);
      const facts = definition.facts.parse(await definition.look(asked, view));
      const input = definition.settle ? definition.input.parse(definition.settle(asked, facts)) : asked;
      return {
        input: JsonObjectSchema.parse(withoutUndefined(input)),
        cluster: HasCluster.parse(input).cluster,
        locks: definition.locks(input),
        material: definition.material(facts, input),
        plan: stored(definition.plan(input, facts)),
      };
    },
    planOf: (input, facts) => stored(definition.plan(definition.input.parse(input), definition.facts.parse(facts))),
    conclude: (input, ended) => definition.conclude?.(definition.input.parse(input), ended),
  };
}

function fitting<I extends z.ZodType>(schema: I, input: unknown): z.output<I> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw refusal(`this does not fit: ${parsed.error.issues[0]?.message ?? 'not valid'}`, 'See `/pg help` for how it is written.');
}

function stored(draft: PlanDraft): StoredPlan {
  return StoredPlan.parse({ ...draft, notes: draft.notes ?? [] });
}

function withoutUndefined(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
