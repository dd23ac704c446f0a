import { z } from 'zod';
import { Check } from './check.ts';
import { JsonObjectSchema, type JsonObject } from './json.ts';
import type { Duration } from './units.ts';

/** How much harm a plan can do; later is worse. The policy and the number of approvals follow it. */
export const RISKS = ['reads', 'interrupts-nothing', 'interrupts-writes', 'can-lose-data'] as const;
export type Risk = (typeof RISKS)[number];

declare const repeat: unique symbol;
/** An act as data: its name in the closed list of `acts/`, and its arguments. The brand says whether it may be repeated. */
export type ActData<R extends 'harmless' | 'never'> = { readonly act: string; readonly args: JsonObject } & {
  readonly [repeat]?: R;
};
/** A state as data: its name in the closed list of `states/`, and its arguments. */
export interface StateData {
  readonly state: string;
  readonly args: JsonObject;
  /** Id of the check that found the same at the request: where its block is overridden, a guard that says so again is left out. */
  readonly unless?: string | undefined;
}

/** A guard that is left out of the plan when the block of that check is overridden, because it would only stop it later. */
export const unless = (check: string, state: StateData): StateData => ({ ...state, unless: check });

interface StepBase {
  /** Stable for ever: the journal and the audit name it. Unique in its plan. */
  readonly id: string;
  /** Read aloud at 3 a.m.; carries no fact that moves, such as lag, because it is hashed. */
  readonly title: string;
  readonly within: Duration;
  /** What takes the step's effect back, where that is true; done only when people decide so at a halt. */
  readonly undo?: ActData<'harmless'>;
}

/**
 * A step is one of three: an act that must not happen twice (guarded by `still` just before, judged by `until` after), a
 * harmless act, or a wait.
 */
export type Step = StepBase &
  (
    | { readonly act: ActData<'never'>; readonly still: readonly [StateData, ...StateData[]]; readonly until: StateData }
    | { readonly act: ActData<'harmless'>; readonly until?: StateData; readonly still?: never }
    | { readonly act?: never; readonly until: StateData; readonly still?: never }
  );

/** What `plan` of a runbook returns. */
export interface PlanDraft {
  /** One sentence: what this run will do. */
  readonly summary: string;
  readonly checks: readonly Check[];
  readonly risk: Risk;
  /** Why the risk is what it is, when it is above the runbook's floor. */
  readonly riskReason?: string;
  readonly steps: readonly Step[];
  /** What the asker states and nobody can check, a clause: it is shown with their name, and audited. */
  readonly stated?: string;
  /** Further sentences for the approver: who was chosen and why, the blast radius. */
  readonly notes?: readonly string[];
}

/** An act and a state as they are stored. */
export const ActSchema = z.object({ act: z.string(), args: JsonObjectSchema });
export const StateSchema = z.object({ state: z.string(), args: JsonObjectSchema, unless: z.string().optional() });

/** A step as it is stored: read back and performed by the closed lists, which know what may be repeated. */
export const StoredStep = z.object({
  id: z.string(),
  title: z.string(),
  within: z.number().int().positive(),
  act: ActSchema.optional(),
  undo: ActSchema.optional(),
  still: z.array(StateSchema).optional(),
  until: StateSchema.optional(),
});
export type StoredStep = z.output<typeof StoredStep>;

/** A plan as it is stored, shown and approved. */
export const StoredPlan = z.object({
  summary: z.string(),
  checks: z.array(Check),
  risk: z.enum(RISKS),
  riskReason: z.string().optional(),
  steps: z.array(StoredStep),
  stated: z.string().optional(),
  notes: z.array(z.string()),
});
export type StoredPlan = z.output<typeof StoredPlan>;
