import type { Message } from '../core/message.ts';
import type { StoredPlan } from '../core/plan.ts';
import { notYet } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import type { States } from './needs.ts';

interface Looking {
  readonly states: States;
  readonly view: View;
  readonly nowMs: number;
}

/** What can't be read is not known to hold, so there is something to do; the checks of the plan say what is wrong. */
const UNREAD = notYet('it could not be read');

/** The answer when every state that the plan would reach holds already; `undefined` when there is something to do. */
export async function nothingToDo(
  { steps, summary }: StoredPlan,
  { states, view, nowMs }: Looking,
): Promise<Message | undefined> {
  const wanted = steps.flatMap(({ until }) => (until ? [until] : []));
  if (steps.length > 0 && wanted.length === 0) return undefined;
  const said: string[] = [];
  for (const state of wanted) {
    const verdict = await states.judge(state, view, nowMs).catch(() => UNREAD);
    if (!verdict.holds) return undefined;
    said.push(verdict.says);
  }
  return {
    summary: `Nothing to do: ${summary}`,
    parts: [
      { title: 'Nothing to do', sign: 'ok' },
      { line: `Asked: ${summary}` },
      ...said.map((line) => ({ line, sign: 'ok' as const })),
    ],
  };
}
