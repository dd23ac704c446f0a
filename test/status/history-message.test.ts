import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/core/cluster.ts';
import type { LeaderChange } from '../../src/core/incident.ts';
import { historyMessage } from '../../src/status/history-message.ts';
import { messageLines } from '../support/message-lines.ts';
import { runOf } from '../support/run-of.ts';

const at = (hour: number) => `2026-11-22T${String(hour).padStart(2, '0')}:00:00.000000+00:00`;
const msOf = (hour: number) => Date.parse(at(hour));
const entry = (timeline: number, hour: number, newLeader: string): HistoryEntry => ({
  ...{ timeline, lsn: 0x3000000, reason: 'no recovery target specified', at: at(hour), newLeader },
});

const switched = runOf({
  ...{ id: 'rswitch1', state: 'succeeded', startedAtMs: msOf(9) - 5000, endedAtMs: msOf(9) + 5000, reason: 'kernel update' },
  material: { timeline: 1 },
  votes: [{ userId: 'U0ADAM', userName: 'adam', verdict: 'approve', atMs: 1 }],
});
const crash: LeaderChange = {
  ...{ id: 's1', cluster: 'billing', from: 'pg2', to: 'pg3', kind: 'crash', timeline: 2, atMs: msOf(10) },
  says: 'pg2 died and pg3 took over',
};

describe('the history of a cluster', () => {
  const facts = { cluster: 'billing', changes: [crash], runs: [switched] };

  it('tells the newest first, with who and why from our run, from what alerts saw, or that we know nothing', () => {
    const lines = messageLines(
      historyMessage({ ...facts, entries: [entry(1, 9, 'pg2'), entry(2, 10, 'pg3'), entry(3, 11, 'pg1')] }),
    );
    expect(lines.slice(0, 7)).toEqual([
      '[] billing: 3 changes of timeline',
      '[] Timeline 4: pg1 leads after pg3, 2026-11-22T11:00:00Z',
      '  [] not by a run of Trunkline, which saw nothing of it (timeline 3 was left at 0/3000000)',
      '[] Timeline 3: pg3 leads after pg2, 2026-11-22T10:00:00Z',
      '  [] Crash or partition: pg2 died and pg3 took over (timeline 2 was left at 0/3000000)',
      '[] Timeline 2: pg2 leads, 2026-11-22T09:00:00Z',
      '  [] Switchover by @U0ASKER, approved by @U0ADAM: kernel update, run rswitch1 (timeline 1 was left at 0/3000000)',
    ]);
  });

  it('does not give a run the change of another time on a timeline of the same number', () => {
    const [, , why] = messageLines(historyMessage({ ...facts, changes: [], entries: [entry(1, 15, 'pg2')] }));
    expect(why).toContain('not by a run of Trunkline');
  });

  it('does not give a failover to a pause that was made at the same time, as a pause changes no leader', () => {
    const runs = [{ ...switched, runbook: 'pause' }];
    const [, , why] = messageLines(historyMessage({ ...facts, runs, changes: [], entries: [entry(1, 9, 'pg2')] }));
    expect(why).toContain('not by a run of Trunkline');
  });

  it('reads a row of an old Patroni without a time or a name', () => {
    const old = { timeline: 1, lsn: 1, reason: 'no recovery target specified' };
    expect(messageLines(historyMessage({ ...facts, entries: [old] }))[1]).toBe(
      '[] Timeline 2: a member that Patroni did not name leads',
    );
  });

  it('puts what is too long for a phone into a file, all of it', () => {
    const entries = Array.from({ length: 30 }, (_, index) => entry(index + 1, index % 24, `pg${(index % 3) + 1}`));
    const message = historyMessage({ ...facts, entries });
    expect(messageLines(message).filter((line) => /Timeline \d+:/.test(line))).toHaveLength(8);
    const [file] = message.attachments ?? [];
    expect(String(file?.content).match(/^Timeline/gm)).toHaveLength(30);
  });

  it('says so when the store can not be asked, and tells Patroni’s part alone', () => {
    const lines = messageLines(
      historyMessage({ cluster: 'billing', changes: [], runs: [], noted: 'Redis is away', entries: [entry(1, 9, 'pg2')] }),
    );
    expect(lines.join('\n')).toContain('who and why is not known now');
    expect(lines.join('\n')).toContain('Redis is away');
  });
});
