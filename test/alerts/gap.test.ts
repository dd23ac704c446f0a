import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/alerts/diagnose.ts';
import { findGap } from '../../src/alerts/gap.ts';
import { emptyState, foldScope, type ScopeState, stateOf } from '../../src/alerts/scope-state.ts';
import { stateAfterGap } from '../../src/alerts/state-after-gap.ts';
import type { DcsSnapshot } from '../../src/core/dcs-change.ts';
import { decodeScope } from '../../src/etcd/decode.ts';

const stored: ScopeState = { ...emptyState, revision: 10, leader: 'pg1', leaderRevision: 3, timeline: 4, lastHistory: 3 };
const fresh = (history: readonly unknown[], leader?: string): DcsSnapshot => {
  const entries = [{ key: '/s/b/history', value: JSON.stringify(history) }];
  if (leader) entries.push({ key: '/s/b/leader', value: leader });
  const { dcs } = decodeScope('/s/b/', { revision: 99, entries });
  return { revision: 99, clusterId: '77', scope: '/s/b/', dcs, ...(leader ? { leaderRevision: 42 } : {}) };
};
const about = { cluster: 'billing', clusterId: '77', nowMs: 5 };
const gap = (snapshot: DcsSnapshot) => findGap(stored, snapshot, about);
const row = (timeline: number, leader: string) => [
  timeline,
  1,
  'no recovery target specified',
  '2026-11-22T10:00:00+00:00',
  leader,
];

describe('a read between the row of a promotion and the timeline that the new leader publishes', () => {
  it('knows the timeline by the row, so that the next change is not told once more from the history', () => {
    const state = stateOf(fresh([row(44, 'pg3'), row(45, 'pg1')], 'pg1'));
    expect(state.timeline).toBe(46);
    const led = foldScope(foldScope(state, 100, [{ key: 'leader' }], 1), 101, [{ key: 'leader', name: 'pg2' }], 2);
    expect(findGap(led, fresh([row(45, 'pg1'), row(46, 'pg2')], 'pg2'), about).signals).toEqual([]);
  });
});

describe('a read while nobody leads', () => {
  const surveyed = (before: ScopeState, snapshot: DcsSnapshot) =>
    stateAfterGap(before, snapshot, findGap(before, snapshot, { ...about, isSameStore: true }), { nowMs: 5, isSameStore: true });
  const taken = [{ key: 'leader', name: 'pg2' }] as const;

  it('remembers who led last, so that the next leader is told and not taken for the first', () => {
    const state = surveyed(stored, fresh([row(3, 'pg1'), row(4, 'pg3')]));
    const led = foldScope(state, 100, taken, 6);
    expect(diagnose(state, led)).toMatchObject({ kind: 'led', from: 'pg3', to: 'pg2', timeline: 5 });
    // Its row of the history, which comes later, is no other change.
    expect(findGap(led, fresh([row(4, 'pg3'), row(5, 'pg2')], 'pg2'), about).signals).toEqual([]);
  });

  it('says that nobody saw how the leader went', () => {
    const state = surveyed(stored, fresh([row(3, 'pg1')]));
    expect(diagnose(state, foldScope(state, 100, taken, 6))).toMatchObject({
      ...{ kind: 'led', cause: 'unknown', from: 'pg1' },
      evidence: 'a read at revision 99 found no leader key, and nobody saw it go',
    });
  });

  it('says so as well when the same one takes the key again', () => {
    const state = surveyed(stored, fresh([row(3, 'pg1')]));
    const again = foldScope(state, 100, [{ key: 'leader', name: 'pg1' }], 6);
    expect(diagnose(state, again)).toMatchObject({ cause: 'blip', evidence: expect.stringContaining('nobody saw it go') });
  });

  it('tells that the one is lost whom the history named after the loss that was told', () => {
    const lost = foldScope(stored, 11, [{ key: 'leader' }], 1);
    expect(findGap(lost, fresh([row(3, 'pg1'), row(4, 'pg3')]), about).signals).toMatchObject([
      { kind: 'missed', to: 'pg3' },
      { kind: 'lost', from: 'pg3' },
    ]);
  });

  it('leaves out the timeline that a promotion has left which is told already, or the next one would pass for it', () => {
    const lost = foldScope(stored, 11, [{ key: 'leader' }], 1);
    const led = foldScope(lost, 12, taken, 2);
    const [found] = findGap(led, fresh([row(3, 'pg1')], 'pg3'), { ...about, isSameStore: true }).signals;
    expect(found).toMatchObject({ kind: 'missed', from: 'pg2', to: 'pg3' });
    expect(found).not.toHaveProperty('timeline');
  });

  it('takes the timeline that a new leader publishes later for no restart', () => {
    const state = surveyed(stored, fresh([row(3, 'pg1')], 'pg2'));
    const publishes = {
      key: 'member',
      name: 'pg2',
      member: { timeline: 5, state: 'running', role: 'primary', tags: {} },
    } as const;
    expect(diagnose(state, foldScope(state, 100, [publishes], 6))).toBeUndefined();
  });

  it('keeps how the leader went that was lost before', () => {
    const lost = foldScope(stored, 11, [{ key: 'leader' }, { key: 'member', name: 'pg1' }], 1);
    const state = surveyed(lost, fresh([row(3, 'pg1')]));
    expect(diagnose(state, foldScope(state, 100, taken, 6))).toMatchObject({
      kind: 'led',
      cause: 'crash',
      from: 'pg1',
      timeline: 4,
    });
  });

  it('keeps what a promotion has left whose row of the history did not come yet', () => {
    const lost = foldScope(stored, 11, [{ key: 'leader' }], 1);
    const led = foldScope(lost, 12, taken, 2);
    const state = surveyed(led, fresh([row(3, 'pg1')], 'pg2'));
    expect(findGap(state, fresh([row(3, 'pg1'), row(4, 'pg2')], 'pg2'), about).signals).toEqual([]);
  });

  it('gives a leader that the history does not name yet the timeline of the row that it will write', () => {
    const found = findGap(stored, fresh([row(3, 'pg1')], 'pg2'), { ...about, isSameStore: true }).signals;
    expect(found).toMatchObject([{ kind: 'missed', to: 'pg2', timeline: 4 }]);
    // In an etcd that was restored the same timeline was left by another change, which is told already.
    expect(gap(fresh([row(3, 'pg1')], 'pg2')).signals[0]).not.toHaveProperty('timeline');
    const state = surveyed(stored, fresh([row(3, 'pg1')], 'pg2'));
    expect(findGap(state, fresh([row(3, 'pg1'), row(4, 'pg2')], 'pg2'), about).signals).toEqual([]);
  });
});

describe('findGap', () => {
  it('finds nothing when nothing happened', () => {
    expect(gap(fresh([row(3, 'pg1')], 'pg1'))).toEqual({ signals: [], unobservable: 0, lastLeader: 'pg1' });
  });

  it("tells each failover of Patroni's history in order, with old and new leader", () => {
    const { signals } = gap(fresh([row(3, 'pg1'), row(4, 'pg2'), row(5, 'pg3'), row(6, 'pg1')], 'pg1'));
    expect(signals.map(({ from, to, timeline }) => `${from} -> ${to} (${timeline})`)).toEqual([
      'pg1 -> pg2 (4)',
      'pg2 -> pg3 (5)',
      'pg3 -> pg1 (6)',
    ]);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(3);
  });

  it('says how many changes it could not see one by one when Patroni dropped rows', () => {
    const { signals, unobservable } = gap(fresh([row(6, 'pg3')], 'pg3'));
    expect(signals).toHaveLength(1);
    expect(unobservable).toBe(2);
  });

  it('does not count a promotion that was seen before its row of the history came', () => {
    const lost = foldScope(stored, 11, [{ key: 'leader' }], 1);
    const led = foldScope(lost, 12, [{ key: 'leader', name: 'pg2' }], 2);
    const { signals, unobservable } = findGap(led, fresh([row(6, 'pg3')], 'pg3'), about);
    expect(signals.map(({ timeline }) => timeline)).toEqual([6]);
    // 5 alone: the change that left 4 was told as it happened.
    expect(unobservable).toBe(1);
  });

  it('still tells the promotion that comes after a leader which lost its key and took it back', () => {
    const lost = foldScope(stored, 11, [{ key: 'leader' }], 1);
    const again = foldScope(lost, 12, [{ key: 'leader', name: 'pg1' }], 2);
    expect(findGap(again, fresh([row(4, 'pg2')], 'pg2'), about).signals.map(({ timeline }) => timeline)).toEqual([4]);
  });

  it('gives a leader that the history does not name the id of the live event', () => {
    expect(gap(fresh([row(3, 'pg1')], 'pg2')).signals).toMatchObject([{ id: '77-42-billing', from: 'pg1', to: 'pg2' }]);
  });

  it('tells a cluster that has no leader now', () => {
    expect(gap(fresh([row(3, 'pg1')])).signals).toMatchObject([{ kind: 'lost', from: 'pg1' }]);
  });

  it('tells a key that was made anew for the same leader, which no row of the history shows, by the id of the live event', () => {
    const again: DcsSnapshot = { ...fresh([row(3, 'pg1')], 'pg1'), leaderCreated: { revision: 42, version: 1 } };
    expect(findGap(stored, again, { ...about, isSameStore: true }).signals).toMatchObject([
      { id: '77-42-billing', kind: 'missed', cause: 'blip', from: 'pg1', to: 'pg1' },
    ]);
    expect(findGap(stored, again, about).signals).toEqual([]);
    const renewed: DcsSnapshot = { ...again, leaderCreated: { revision: 3, version: 2 } };
    expect(findGap(stored, renewed, { ...about, isSameStore: true }).signals).toEqual([]);
  });

  it('counts the writes over a key that was made anew, as what they overwrote can not be seen', () => {
    const over: DcsSnapshot = { ...fresh([row(3, 'pg1')], 'pg2'), leaderCreated: { revision: 40, version: 3 } };
    expect(findGap(stored, over, { ...about, isSameStore: true }).unobservable).toBe(2);
  });

  it('tells that the leader that was lost has its key again, or its incident would wait for ever', () => {
    const { leader: _, leaderRevision: __, ...rest } = stored;
    const leaderless: ScopeState = { ...rest, lost: { leader: 'pg1', revision: 10, atMs: 1, withMember: true } };
    expect(findGap(leaderless, fresh([row(3, 'pg1')], 'pg1'), about).signals).toMatchObject([{ cause: 'blip', to: 'pg1' }]);
  });
});
