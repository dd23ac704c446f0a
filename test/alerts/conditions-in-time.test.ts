import { describe, expect, it } from 'vitest';
import type { Backup, Backups } from '../../src/core/backups.ts';
import type { Snapshot } from '../../src/core/cluster.ts';
import { keysIn, lookAt } from '../support/patrol-sight.ts';
import { withMember, withSql } from '../support/snapshot-changes.ts';
import { healthy, NOW, notRead, read } from '../support/snapshots.ts';

const base = healthy();

describe('the timeline from look to look', () => {
  const on = (timeline: number, afterS: number): Snapshot => ({
    ...withMember(base, 'pg2', (one) => withSql(one, { timeline })),
    startedAtMs: NOW + afterS * 1000,
  });
  const looks = async (...seen: readonly Snapshot[]) => {
    let memory = {};
    let keys: readonly string[] = [];
    for (const snapshot of seen) {
      const look = await lookAt(snapshot, undefined, memory);
      memory = look.memory;
      keys = keysIn(look).filter((key) => key === 'timeline-jump');
    }
    return keys;
  };

  it('jumps when it rises by more than one, and not by one', async () => {
    expect(await looks(on(7, 0), on(9, 10))).toEqual(['timeline-jump']);
    expect(await looks(on(7, 0), on(8, 10))).toEqual([]);
  });
  it('does not jump while nobody looked: that is for the gap report', async () => {
    expect(await looks(on(7, 0), on(9, 3600))).toEqual([]);
  });
  it('jumps when it rises too often within the time', async () => {
    expect(await looks(...[7, 8, 9, 10, 11].map((timeline, i) => on(timeline, 60 * i)))).toEqual([]);
    expect(await looks(...[7, 8, 9, 10, 11, 12].map((timeline, i) => on(timeline, 60 * i)))).toEqual(['timeline-jump']);
  });
});

describe('backups', () => {
  const backup = (change: Partial<Backup>): Backup => ({
    label: 'b1',
    kind: 'full',
    startedAtMs: NOW - 3_600_000,
    endedAtMs: NOW - 3_000_000,
    good: true,
    ...change,
  });
  const tool = (change: Partial<Backups>) =>
    read<Backups>({ tool: 'pgBackRest', of: 'billing', maxAgeMs: 86_400_000, all: [backup({})], running: [], ...change });
  const { endedAtMs: _, ...unended } = backup({ label: 'b2', startedAtMs: NOW - 60_000, good: false });

  it.each([
    ['a fresh one', tool({}), []],
    ['none', tool({ all: [] }), ['backup-none']],
    ['an old one', tool({ maxAgeMs: 60_000 }), ['backup-old']],
    [
      'a newest that failed',
      tool({ all: [backup({}), backup({ label: 'b2', startedAtMs: NOW, good: false })] }),
      ['backup-failed'],
    ],
    ['a newest that did not end', tool({ all: [backup({}), unended] }), ['backup-failed']],
    ['a newest that runs still', tool({ all: [backup({}), unended], running: [{ on: 'bk1' }] }), []],
    ['what the tool itself finds wrong', tool({ flaw: 'missing stanza path' }), ['backup-failed']],
    ['a tool that does not answer', notRead('no answer'), []],
  ] as const)('are judged by %s', async (_what, backups, keys) => {
    expect(keysIn(await lookAt(base, backups))).toEqual(keys);
  });
});
