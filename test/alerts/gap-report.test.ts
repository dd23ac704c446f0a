import { describe, expect, it } from 'vitest';
import { awayIn, caughtUp, resynced, type WatchPlace } from '../../src/alerts/catch-up.ts';
import { gapMessage, isWorthTelling } from '../../src/alerts/gap-report.ts';
import type { DcsSource, DcsSurvey, SignalStore } from '../../src/alerts/ports.ts';
import { createScopeBook } from '../../src/alerts/scope-book.ts';
import { type ScopeState, stateOf } from '../../src/alerts/scope-state.ts';
import { generationOf } from '../../src/alerts/store-generation.ts';
import type { GapReport } from '../../src/core/gap-report.ts';
import type { DcsSnapshot } from '../../src/core/dcs-change.ts';
import { JsonObjectSchema } from '../../src/core/json.ts';
import { decodeScope } from '../../src/etcd/decode.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { quietLog } from '../support/quiet-log.ts';

const HOUR = 3_600_000;
const row = (timeline: number, leader: string) => [
  timeline,
  1,
  'no recovery target specified',
  '2026-11-22T10:00:00+00:00',
  leader,
];

/** One read of etcd with the cluster billing. */
function survey(revision: number, leader: string, history: readonly unknown[], created: number, clusterId = '77'): DcsSurvey {
  const entries = [
    { key: '/s/billing/history', value: JSON.stringify(history) },
    { key: '/s/billing/leader', value: leader },
  ];
  const { dcs } = decodeScope('/s/billing/', { revision, entries });
  const leaderKey = { leaderRevision: created, leaderCreated: { revision: created, version: 1 } };
  const scope: DcsSnapshot = { revision, clusterId, scope: '/s/billing/', dcs, ...leaderKey };
  return { revision, clusterId, scopes: [scope] };
}
const jsonOf = (state: ScopeState) => JsonObjectSchema.parse(JSON.parse(JSON.stringify(state)));
const before = survey(100, 'pg1', [row(3, 'pg1')], 50);
const states = { billing: jsonOf(before.scopes.map(stateOf)[0] ?? ({} as never)) };
type Position = Awaited<ReturnType<SignalStore['position']>>;
const position: NonNullable<Position> = { revision: 100, clusterId: '77', atMs: 1000, states };

function setUp(stored: Position, now: DcsSurvey) {
  const source: DcsSource = { name: 'main/s/', read: async () => now, follow: () => async () => undefined };
  const at: WatchPlace = { clusterId: '77', revision: 100, head: 0, heardMs: 5000, notedMs: 0, sinceCut: 0 };
  const clusterOf = (scope: string) => scope.split('/')[2];
  const book = createScopeBook({ clusterOf, isWatched: (name) => name === 'billing', now: () => HOUR, log: quietLog });
  const needs = { source, store: { position: async () => stored }, now: () => HOUR, log: quietLog };
  return { at, book, needs };
}
const compacted = { why: 'compacted', compactRevision: 400 };

describe('after a start', () => {
  it('goes on where any bot was last, and knows since when nobody watched', async () => {
    const { at, book, needs } = setUp(position, survey(500, 'pg2', [row(3, 'pg1'), row(4, 'pg2')], 300));
    const { next, signals, report } = await caughtUp(needs, book, await needs.source.read(), at, await needs.store.position());
    expect({ next, signals, report }).toEqual({ next: 101, signals: [], report: undefined });
    expect(at.away).toMatchObject({ how: 'away', fromMs: 1000, id: 'gap main/s/ 77-1000' });
  });

  it('goes on with the count of a bot that died while it caught up', async () => {
    const { at, book, needs } = setUp({ ...position, awayTold: 2 }, survey(500, 'pg2', [row(3, 'pg1'), row(4, 'pg2')], 300));
    await caughtUp(needs, book, await needs.source.read(), at, await needs.store.position());
    expect(at.away?.signals).toBe(2);
    expect(awayIn(at)).toEqual({ atMs: 1000, awayTold: 2 });
  });

  it('does not take an etcd for restored because another bot processed more since it was read', async () => {
    const { at, book, needs } = setUp({ ...position, revision: 510 }, survey(512, 'pg1', [row(3, 'pg1')], 50));
    await caughtUp(needs, book, before, at, await needs.store.position());
    expect(at).toMatchObject({ clusterId: '77', revision: 510 });
  });

  it('finds that etcd was restored from a snapshot, and gives its revisions another name, as they will come again', async () => {
    const { at, book, needs } = setUp({ ...position, revision: 900 }, survey(500, 'pg2', [row(3, 'pg1'), row(4, 'pg2')], 300));
    const { signals, report, next } = await caughtUp(needs, book, await needs.source.read(), at, await needs.store.position());
    expect({ next, clusterId: at.clusterId, how: report?.how }).toEqual({ next: 501, clusterId: '77r1', how: 'restored' });
    expect(signals.map(({ id }) => id)).toEqual(['77r1-t4-billing']);
  });
});

describe('after a watch that was cut', () => {
  it('counts what etcd has compacted away and names the time from which on nobody watched', async () => {
    const { at, book, needs } = setUp(position, survey(500, 'pg1', [row(6, 'pg3'), row(7, 'pg1')], 450));
    book.restore(states);
    const { signals, report } = await resynced(needs, book, compacted, at);
    expect(signals.map(({ timeline }) => timeline)).toEqual([6, 7]);
    expect(report).toEqual({
      ...{ id: 'gap main/s/ 77-1000', source: 'main/s/', how: 'compacted', fromMs: 1000, untilMs: HOUR, told: 2 },
      unobservable: [{ cluster: 'billing', count: 2 }],
    });
  });

  it('says nothing of what another bot has seen meanwhile', async () => {
    const now = survey(500, 'pg2', [row(3, 'pg1'), row(4, 'pg2')], 300);
    const seen = {
      revision: 499,
      clusterId: '77',
      atMs: HOUR - 100,
      states: { billing: jsonOf(now.scopes.map(stateOf)[0] ?? ({} as never)) },
    };
    const { at, book, needs } = setUp(seen, now);
    book.restore(states);
    const { signals, report } = await resynced(needs, book, compacted, at);
    expect(signals).toEqual([]);
    expect(isWorthTelling(report, 60_000)).toBe(false);
  });

  it('tells a cluster of which etcd knows nothing any more, and nothing of one that left the configuration', async () => {
    const { at, book, needs } = setUp(undefined, { revision: 5, clusterId: '88', scopes: [] });
    book.restore({ ...states, old: states.billing });
    const { signals, report } = await resynced(needs, book, { why: 'another-cluster' }, at);
    expect(signals).toMatchObject([{ kind: 'lost', cluster: 'billing', id: '88-50-billing-gone', from: 'pg1' }]);
    // Who leads there first is no first leader of the cluster.
    const taken = { revision: 9, scopes: [{ scope: '/service/billing/', changes: [{ key: 'leader', name: 'pg2' } as const] }] };
    expect(book.fold(taken, '88', false)).toMatchObject([{ kind: 'led', from: 'pg1', to: 'pg2' }]);
    expect(report.how).toBe('restored');
  });
});

describe('generationOf', () => {
  it.each([
    ['the same store', '77', 500, '77', false],
    ['a store that went back', '77', 50, '77r1', true],
    ['another store', '88', 500, '88', true],
  ])('names %s', (_, clusterId, revision, expected, isRestored) => {
    expect(generationOf({ clusterId, revision }, { clusterId: '77', revision: 100 })).toEqual({
      clusterId: expected,
      isRestored,
    });
  });

  it('counts on: one that went back twice, and one that went back and on', () => {
    const known = { clusterId: '77r1', revision: 100 };
    expect(generationOf({ clusterId: '77', revision: 50 }, known)).toEqual({ clusterId: '77r2', isRestored: true });
    expect(generationOf({ clusterId: '77', revision: 150 }, known)).toEqual({ clusterId: '77r1', isRestored: false });
  });
});

const report: GapReport = {
  ...{ id: 'gap main 77-1000', source: 'main/service/', fromMs: 0, untilMs: 62 * 60_000, how: 'away', told: 0 },
  unobservable: [],
};

describe('the message about a gap', () => {
  it('says that no failover was missed, between when and when', () => {
    expect(gapMessage(report).summary).toBe('main/service/: no failover missed (the bot was away for 1 h 2 min)');
    expect(linesOf(gapMessage(report))[1]).toMatch(/^Between .* and .* the bot was away for 1 h 2 min\.$/);
  });

  it('counts what happened and what can not be told one by one, by cluster', () => {
    const missed: GapReport = { ...report, how: 'compacted', told: 2, unobservable: [{ cluster: 'billing', count: 3 }] };
    expect(gapMessage(missed).summary).toContain('5 leader changes while nobody watched, 2 of them told');
    expect(linesOf(gapMessage(missed))).toContain('At least 3 leader changes can not be told one by one: billing 3');
  });

  it.each([
    ['a short restart with nothing missed', { untilMs: 30_000 }, false],
    ['an absence of a minute', { untilMs: 60_000 }, true],
    ['a short restart in which something happened', { untilMs: 5000, told: 1 }, true],
    ['a restored etcd', { untilMs: 0, how: 'restored' as const }, true],
  ])('is posted for %s: %s', (_, changes, expected) => {
    expect(isWorthTelling({ ...report, ...changes }, 60_000)).toBe(expected);
  });

  it('does not say that nothing was missed where the bot that looked ended before it had seen all', () => {
    const begun: GapReport = { ...report, isUnfinished: true };
    expect(gapMessage(begun).summary).toContain('nobody watched, and not all of that time is looked through');
    expect(gapMessage({ ...begun, told: 2 }).summary).toContain('2 leader changes of that time told so far');
    expect(linesOf(gapMessage(begun)).at(-1)).toContain('is told by the one that went on');
  });
});
