import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/core/cluster.ts';
import { plain } from '../../src/core/message.ts';
import type { Weight } from '../../src/status/finding.ts';
import { judge } from '../../src/status/judge.ts';
import { limits } from './snapshots.ts';

/** When this is so, this is said, with this weight. */
export type Case = readonly [because: string, snapshot: Snapshot, id: string, sign: Weight, says: RegExp];

/** One test for each row of a table. */
export function itSays(what: string, cases: readonly Case[]): void {
  describe(`what is said of ${what}`, () => {
    it.each(cases)('when %s', (_because, snapshot, id, sign, says) => {
      const { findings } = judge(snapshot, limits);
      const found = findings.find((one) => one.id === id && says.test(plain(one.says)));
      expect(found, findings.map((one) => `${one.id}: ${plain(one.says)}`).join('\n')).toBeDefined();
      expect(found?.sign).toBe(sign);
    });
  });
}
