import { describe, expect, it } from 'vitest';
import { choicesOf } from '../../src/runs/run-choices.ts';
import { messageLines } from '../support/message-lines.ts';
import { runOf } from '../support/run-of.ts';

describe('below the steps of a run', () => {
  const steps = runOf().plan.steps;
  const lines = (changes: Parameters<typeof runOf>[0]) => messageLines({ parts: choicesOf(runOf(changes), {}) });

  it('stands who stops it and that no further step is begun, while it stops', () => {
    const cancelledBy = { userId: 'U0OLGA', userName: 'olga', atMs: 1 };
    expect(lines({ state: 'cancelling', cancelledBy })).toEqual([
      '[warn] Being stopped, as @U0OLGA asked: no further step is begun.',
    ]);
  });

  it('stands how to take it back, while an approved run waits for its time', () => {
    const [part] = choicesOf(runOf({ state: 'approved', scheduledAtMs: 2_000_000_000_000 }), {});
    expect(part).toEqual({ buttons: [{ label: 'Withdraw', action: 'withdraw', value: 'r4k2m9xq' }] });
    expect(choicesOf(runOf({ state: 'approved' }), {})).toEqual([]);
  });

  it('stands what approvers may do, without Undo where nothing can be undone', () => {
    expect(lines({ state: 'halted' }).at(-1)).toBe('(Retry and Skip are for approvers; who asked may only give it up.)');
    const undo = { act: 'checkpoint', args: {} };
    const undoable = { ...runOf().plan, steps: steps.map((step) => ({ ...step, undo })) };
    expect(lines({ state: 'halted', plan: undoable }).at(-1)).toContain('Retry, Skip and Undo are for approvers');
  });
});
