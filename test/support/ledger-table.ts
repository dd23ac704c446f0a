import { describe, expect, it } from 'vitest';
import { streamingPreflight } from '../../src/checks/streaming-checks.ts';
import { lookForStreamingSwitchover } from '../../src/checks/streaming-facts.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { Server } from '../../src/core/server.ts';
import { type FakeCluster, fakeCluster, shownValue } from './fake-cluster.ts';
import { LEDGER } from './fake-streaming.ts';
import type { Loose } from './healthy-cluster.ts';

export type LedgerChange = (fake: FakeCluster) => void;
/** A case, one change of a healthy plain cluster, the verdict, and a part of the sentence. */
export type LedgerRow = readonly [string, LedgerChange, 'pass' | 'warn' | 'block' | 'hard block', string];

/** One test for each row: what the check with that id says of a switchover of the plain cluster to pg2. */
export function testLedgerChecks(table: Readonly<Record<string, readonly LedgerRow[]>>): void {
  describe.each(Object.entries(table))('%s', (id, rows) => {
    it.each(rows)('%s', async (_case, change, expected, part) => {
      const fake = fakeCluster();
      change(fake);
      const facts = await lookForStreamingSwitchover(LEDGER, 'pg2', fake.view);
      const check = streamingPreflight(facts, 'pg2').checks.find((one) => one.id === id);
      expect(check?.verdict === 'block' && check.hard ? 'hard block' : check?.verdict).toBe(expected);
      expect(check?.says).toContain(part);
      if (expected !== 'pass') expect(check?.hint).toMatch(/^[A-Z].*\.$/);
    });
  });
}

/** What is shown of one member of the plain cluster, to change it. */
export function inLedger({ ledger: { shown } }: FakeCluster, name: string) {
  const member = shown.snapshot.members.find((one) => one.name === name);
  if (!member) throw new Error(`there is no ${name}`);
  return {
    member,
    get sql() {
      return shownValue(member.sql) as Loose<SqlMember>;
    },
    get server() {
      return shownValue(shown.servers[name]) as Loose<Server>;
    },
    get activity() {
      return shownValue(shown.activities[name]);
    },
  };
}
