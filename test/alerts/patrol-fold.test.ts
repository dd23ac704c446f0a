import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/alerts/conditions/observation.ts';
import type { Setting } from '../../src/alerts/conditions/settings.ts';
import { foldLook } from '../../src/alerts/patrol-fold.ts';
import { NOTHING_SEEN, PatrolState } from '../../src/core/patrol-state.ts';
import type { Signal } from '../../src/core/signal.ts';
import { plainSetting } from '../support/patrol-sight.ts';

const lag: Observation = {
  situation: 'replication-lag',
  about: 'pg3',
  says: 'pg3 replays 60 MiB behind',
  joins: [],
  provides: [],
};
const keeps: Observation = { ...lag, onlyKeeps: true };
const START = 1_800_000_000_000;

interface Seen {
  readonly sees?: readonly Observation[];
  readonly blind?: boolean;
  readonly ourRunWorks?: boolean;
  readonly off?: boolean;
  /** Seconds since the look before; 10 when absent. */
  readonly afterS?: number;
}

/** Folds the looks, each through what the store would keep of it. */
function folded(looks: readonly Seen[], setting: Partial<Setting> = {}): readonly Signal[] {
  let state = NOTHING_SEEN;
  let nowMs = START;
  const told: Signal[] = [];
  for (const { sees = [], blind = false, ourRunWorks = false, off = false, afterS = 10 } of looks) {
    nowMs += afterS * 1000;
    const look = { observations: sees, blind: blind ? [{ situation: lag.situation }] : [], memory: {} };
    const of = { of: 'billing', settingOf: () => ({ ...plainSetting, off, ...setting }) };
    const { after, signals } = foldLook({ ...of, before: state, look, nowMs, ourRunWorks });
    state = PatrolState.parse(JSON.parse(JSON.stringify(after)));
    told.push(...signals);
  }
  return told;
}
const kinds = (...args: Parameters<typeof folded>) => folded(...args).map(({ kind }) => kind);
const times = (n: number, one: Seen): readonly Seen[] => Array.from({ length: n }, () => one);
const seen: Seen = { sees: [lag] };
const gone: Seen = {};
const worse: Seen = { sees: [{ ...lag, severity: 'critical' }] };

describe('one look folded into what was known', () => {
  it('raises a condition once when it has lasted, and clears it once when it has been gone for its time', () => {
    const told = folded([...times(9, seen), ...times(9, gone)]);
    expect(told).toMatchObject([
      { kind: 'raised', cluster: 'billing', cause: 'condition', says: lag.says, evidence: 'seen for 30 s', revision: 0 },
      {
        kind: 'cleared',
        says: 'pg3 has caught up after 1 min 30 s',
        condition: { key: 'replication-lag pg3', severity: 'warning' },
      },
    ]);
    expect(told[1]?.id).toBe(`${told[0]?.id}-cleared`);
    expect(told[0]?.id).not.toMatch(/\s/);
  });

  it('raises nothing that comes and goes: each time it begins anew', () => {
    expect(kinds(times(20, seen).map((one, i) => (i % 3 === 2 ? gone : one)))).toEqual([]);
  });

  it('clears nothing that is gone for a moment', () => {
    expect(kinds([...times(5, seen), gone, ...times(3, seen), gone, seen])).toEqual(['raised']);
  });

  it('tells a value that swings between the two limits once', () => {
    expect(kinds([...times(5, seen), ...times(30, { sees: [keeps] }), ...times(4, gone)])).toEqual(['raised', 'cleared']);
    expect(kinds(times(30, { sees: [keeps] }))).toEqual([]);
  });

  it('neither raises nor clears what nobody could see', () => {
    expect(kinds([...times(2, seen), ...times(10, { blind: true })])).toEqual([]);
    expect(kinds([...times(5, seen), ...times(50, { blind: true }), seen, ...times(4, gone)])).toEqual(['raised', 'cleared']);
  });

  it('goes on after a restart: the time counts, and nothing is raised again', () => {
    expect(kinds([seen, seen, { ...seen, afterS: 60 }])).toEqual(['raised']);
    expect(kinds([...times(5, seen), { ...seen, afterS: 7200 }])).toEqual(['raised']);
  });

  it('begins anew after nobody looked for longer than a restart takes', () => {
    expect(kinds([seen, { ...seen, afterS: 7200 }])).toEqual([]);
  });

  it('waits for the end of a run of ours with what the run brings about, and with nothing else', () => {
    const held = { ...seen, ourRunWorks: true };
    expect(kinds(times(50, held))).toEqual([]);
    expect(kinds([...times(50, held), ...times(4, seen)])).toEqual(['raised']);
    const two: Observation = { situation: 'two-primaries', says: '2 primaries at once', joins: [], provides: [] };
    expect(kinds(times(5, { sees: [two], ourRunWorks: true }))).toEqual(['raised']);
  });

  it('does not tell what is switched off, and clears it when it was raised before', () => {
    expect(kinds(times(9, seen), { off: true })).toEqual([]);
    const told = folded([...times(5, seen), ...times(4, { ...seen, off: true })]);
    expect(told.map(({ says }) => says)).toEqual([lag.says, 'replication lag, pg3: switched off in the configuration']);
    expect(kinds([...times(5, seen), ...times(4, { ...seen, off: true, blind: true })])).toEqual(['raised', 'cleared']);
  });

  it('takes the severity of the configuration before that of the look, and that before the catalogue', () => {
    const heavy = { sees: [{ ...lag, severity: 'critical' as const }] };
    expect(folded(times(5, heavy))[0]?.condition?.severity).toBe('critical');
    expect(folded(times(5, heavy), { severity: 'info' })[0]?.condition?.severity).toBe('info');
  });

  it('tells each rise of the severity once, when it has lasted, and takes a fall back when that has lasted', () => {
    const told = folded([...times(5, seen), ...times(9, worse), seen, ...times(9, worse), ...times(4, seen), ...times(9, worse)]);
    expect(told).toMatchObject([
      { kind: 'raised', condition: { severity: 'warning' } },
      { kind: 'worsened', says: lag.says, condition: { severity: 'critical', rises: 1 } },
      { kind: 'worsened', condition: { severity: 'critical', rises: 2 } },
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(3);
  });

  it('takes no single look for a rise, nor what a run of ours makes heavier while it works', () => {
    expect(kinds([...times(5, seen), worse, worse, seen, worse, worse])).toEqual(['raised']);
    const byRun = times(9, { ...worse, ourRunWorks: true });
    expect(kinds([...times(5, seen), ...byRun, seen])).toEqual(['raised']);
    expect(kinds([...times(5, seen), ...byRun, ...times(4, worse)])).toEqual(['raised', 'worsened']);
  });

  it('hands over first what others may join', () => {
    const root: Observation = {
      situation: 'member-gone',
      about: 'pg3',
      says: 'pg3 is gone',
      joins: [],
      provides: ['host:10.0.0.13'],
    };
    expect(folded(times(5, { sees: [lag, root] })).map(({ condition }) => condition?.situation)).toEqual([
      'member-gone',
      'replication-lag',
    ]);
  });

  it('never raises twice without a clear between, whatever comes, and never clears what it did not raise', () => {
    const look = fc.record({
      sees: fc.constantFrom<readonly Observation[]>([], [lag], [keeps], [lag, keeps], worse.sees ?? []),
      blind: fc.boolean(),
      ourRunWorks: fc.boolean(),
      afterS: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 80 }), (looks) => {
        const told = folded(looks);
        const turns = told.map(({ kind }) => kind).filter((kind) => kind !== 'worsened');
        expect(turns).toEqual(turns.map((_, i) => (i % 2 === 0 ? 'raised' : 'cleared')));
        expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
        for (const [i, { kind }] of told.entries())
          if (kind === 'worsened') expect(told[i - 1]?.kind).toMatch(/^(raised|worsened)$/);
      }),
      { numRuns: 300 },
    );
  });
});
