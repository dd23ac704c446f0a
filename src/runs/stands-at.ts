import type { Journal, Run } from '../core/run.ts';

/** The step that a run stands at: the first one that is neither done nor left out; `undefined` when there is none. */
export function standsAt({ plan }: Pick<Run, 'plan'>, journal: Journal): Run['plan']['steps'][number] | undefined {
  return plan.steps.find(({ id }) => !['done', 'already', 'skipped'].includes(journal[id]?.mark ?? 'none'));
}
