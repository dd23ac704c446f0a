import { describe, expect, it } from 'vitest';
import type { StateData } from '../../src/core/plan.ts';
import { createStates } from '../../src/states/all.ts';
import { type FakeCluster, fakeCluster } from '../support/fake-cluster.ts';

export type Change = (fake: FakeCluster) => void;
/** A case, one change of a healthy cluster, what the state then says, and a part of its sentence. */
export type Row = readonly [string, Change, true | 'not yet' | 'impossible', string];
export type StateTable = Readonly<Record<string, readonly [StateData, ...Row[]]>>;

/** One test for each row. */
export function testStates(table: StateTable): void {
  describe.each(Object.entries(table))('%s', (_name, [state, ...rows]) => {
    it.each(rows)('%s', async (_case, change, expected, part) => {
      const fake = fakeCluster();
      change(fake);
      const verdict = await createStates().judge(state, fake.view, fake.now);
      expect(verdict.holds ? true : verdict.impossible ? 'impossible' : 'not yet').toBe(expected);
      expect(verdict.holds ? verdict.says : verdict.why).toContain(part);
    });
  });
}

export const healthy: Change = () => undefined;
export const promoted: Change = (fake) => fake.promote('pg2');
