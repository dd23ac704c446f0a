import type { z } from 'zod';
import type { JsonObject } from '../core/json.ts';
import type { StateData } from '../core/plan.ts';
import type { Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';

/** How a state is defined: one file each, listed in all.ts. It reads only; a fact that cannot be read is 'not yet', never true. */
export interface StateDefinition<A extends z.ZodType<JsonObject>> {
  readonly name: string;
  readonly args: A;
  /** What will hold, as the thread shows it while it waits: `pg2 is the primary on timeline 8`. */
  readonly says: (args: z.output<A>) => string;
  /** `sinceMs`: epoch milliseconds at which the step began, by the same clock as `view.now()`. */
  readonly judge: (args: z.output<A>, view: View, sinceMs: number) => Promise<Verdict>;
}

/** A state with its argument types behind it, as the list uses it. */
export interface State {
  readonly name: string;
  says(args: JsonObject): string;
  judge(args: JsonObject, view: View, sinceMs: number): Promise<Verdict>;
}

/** Declares a state: how the list judges it, and the builder that a runbook writes in its plan. */
export function defineState<A extends z.ZodType<JsonObject>>(
  definition: StateDefinition<A>,
): { readonly state: State; readonly build: (args: z.input<A>) => StateData } {
  const { name, args: schema } = definition;
  return {
    state: {
      name,
      says(args) {
        const { success, data } = schema.safeParse(args);
        return success ? definition.says(data) : `'${name}' as another release of Trunkline meant it`;
      },
      async judge(args, view, sinceMs) {
        const { success, data, error } = schema.safeParse(args);
        if (success) return definition.judge(data, view, sinceMs);
        throw new Error(
          `another release of Trunkline planned to look at '${name}', with other arguments (${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')})`,
        );
      },
    },
    build: (args) => ({ state: name, args: schema.parse(args) }),
  };
}
