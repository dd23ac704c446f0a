import { describe, expect, it } from 'vitest';
import { switchoverPreflight } from '../../src/checks/switchover-checks.ts';
import { type FakeCluster, fakeCluster, memberIn, shownValue } from '../support/fake-cluster.ts';

export type Change = (fake: FakeCluster) => void;
export type Expected = 'pass' | 'warn' | 'block' | 'hard block';
/** A case, one change of a healthy cluster, the verdict, and a part of the sentence. */
export type Row = readonly [string, Change, Expected, string];
export type CheckTable = Readonly<Record<string, readonly Row[]>>;

export const healthy: Change = () => undefined;

/** One test for each row: what the check with that id says of a switchover to pg2. */
export function testChecks(table: CheckTable): void {
  describe.each(Object.entries(table))('%s', (id, rows) => {
    it.each(rows)('%s', (_case, change, expected, part) => {
      const fake = fakeCluster();
      change(fake);
      const { checks } = switchoverPreflight(fake.facts(), 'pg2');
      const check = checks.find((one) => one.id === id);
      expect(check?.verdict === 'block' && check.hard ? 'hard block' : check?.verdict).toBe(expected);
      expect(check?.says).toContain(part);
      if (expected !== 'pass') expect(check?.hint).toMatch(/^[A-Z].*\.$/);
    });
  });
}

/** pg2, the candidate. */
export const candidate = (fake: FakeCluster) => memberIn(fake, 'pg2');
/** pg1, the leader. */
export const leader = (fake: FakeCluster) => memberIn(fake, 'pg1');
/** What runs on the leader. */
export const activity = (fake: FakeCluster) => shownValue(fake.shown.activities.pg1);

/** The leader's row of pg_stat_replication for a standby. */
export function rowOf(fake: FakeCluster, name = 'pg2') {
  const row = leader(fake).sql.standbys.find((standby) => standby.name === name);
  if (!row) throw new Error(`${name} has no row`);
  return row;
}
