import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../src/alerts/ports.ts';
import type { Observation } from '../../src/alerts/conditions/observation.ts';
import { foldLook } from '../../src/alerts/patrol-fold.ts';
import { isOpen } from '../../src/alerts/situation.ts';
import { JsonObjectSchema } from '../../src/core/json.ts';
import { NOTHING_SEEN, type PatrolState } from '../../src/core/patrol-state.ts';
import type { Signal } from '../../src/core/signal.ts';
import { callingRoute, conditionAt, deskWorld, lossAt } from '../support/desk-world.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { plainSetting } from '../support/patrol-sight.ts';

const first = conditionAt(0, 'raised');
const key = 'replication-lag pg2';
const heavier = (seconds: number, rises = 1): Signal => ({
  ...conditionAt(seconds, 'worsened', { severity: 'critical', rises }),
  says: 'pg2 is 40 GB behind',
});
const nobody: Route = {
  channel: 'dba',
  mention: [],
  targets: ['pager'],
  backup: { targets: [], afterMs: 20_000 },
  escalation: [],
};
/** Only what is critical calls people; the pager is told of all. */
const world = () => deskWorld({ routing: { routeOf: ({ severity }) => (severity === 'critical' ? callingRoute : nobody) } });

/** What the patrol, of whichever bot, has kept of billing at so many seconds. */
function sees(
  of: ReturnType<typeof world>,
  seconds: number,
  says: string,
  more: Partial<PatrolState['conditions'][string]> = {},
) {
  const watched = {
    ...{ situation: 'replication-lag', about: 'pg2', severity: 'warning', says, joins: [], provides: [] },
    ...{ sinceMs: of.at(-30), lastSeenMs: of.at(seconds), raised: { atMs: of.at(0), id: first.id } },
    ...more,
  };
  const states = { billing: JsonObjectSchema.parse({ version: 1, conditions: { [key]: watched }, memory: {} }) };
  of.kept.positions.set('patrol:billing', { revision: 0, clusterId: 'patrol', atMs: of.at(seconds), states });
}

describe('a condition that grows heavier', () => {
  it('is a line in the thread that calls people, and makes the parent message heavier', async () => {
    const of = world();
    await of.tell(first);
    await of.tick();
    await of.tell(heavier(600), first.id);
    await of.tick();
    const [line] = of.slack.posts.filter(({ threadTs }) => threadTs !== undefined);
    expect(line && linesOf(line.message)).toEqual(['It is critical now: pg2 is 40 GB behind.', 'For @S0ONCALL']);
    expect(of.slack.parentLines()).toEqual(expect.arrayContaining(['For @S0ONCALL', 'pg2 is 40 GB behind.']));
    expect(of.slack.parentLines().join()).toContain('Critical: needs somebody now');
    expect(of.incident(first.id)).toMatchObject({ severity: 'critical', says: 'pg2 is 40 GB behind' });
  });

  it('is told those who were told of it as a warning once more, and nobody twice', async () => {
    const of = world();
    await of.tell(first);
    await of.tick();
    await of.tell(heavier(600), first.id);
    await of.tell(heavier(600), first.id);
    for (let i = 0; i < 5; i += 1) await of.tick();
    expect(of.kept.pages.map(({ page, targets }) => [...targets, page.severity, page.phase])).toEqual([
      ['pager', 'warning', 'open'],
      ['pager', 'critical', 'open'],
    ]);
    expect(of.slack.twice()).toEqual([]);
  });

  it('escalates from then on, not from its beginning hours ago', async () => {
    const of = world();
    await of.tell(first);
    await of.tell(heavier(36_000), first.id);
    await of.tick();
    expect(of.incident(first.id).escalations).toEqual([]);
    await of.tick(300_000);
    expect(of.incident(first.id).escalations).toMatchObject([{ step: 0, why: 'nobody has acknowledged it for 5 min 1 s' }]);
  });

  it('is posted although a silence held the warning back', async () => {
    const of = world();
    of.kept.silences.push({ id: 's1', cluster: 'billing', by: 'U0ANNA', reason: 'x', fromMs: 0, untilMs: of.at(3600) });
    await of.tick();
    await of.tell(first);
    expect(of.slack.posts).toEqual([]);
    await of.tell(heavier(600), first.id);
    expect(of.slack.parentLines()).toContain('pg2 is 40 GB behind.');
    await of.tick();
    expect(of.kept.pages).toEqual([]);
  });

  it('weighs on the incident of the leader or of the cluster that it belongs to', async () => {
    const of = deskWorld({ routing: { routeOf: () => nobody } });
    const loss = lossAt(0, { kind: 'led', cause: 'blip', to: 'pg1' });
    of.kept.streams = false;
    await of.tell(loss);
    await of.tell(conditionAt(5, 'raised', {}, 'orders'), loss.id);
    await of.tell({ ...heavier(9), cluster: 'orders' }, loss.id);
    await of.tick();
    expect(of.incident(loss.id)).toMatchObject({
      severity: 'critical',
      conditions: { [`orders ${key}`]: { severity: 'critical', says: 'pg2 is 40 GB behind' } },
    });
  });

  it('does not open again what people have resolved meanwhile', async () => {
    const of = world();
    await of.tell(first);
    of.act(first.id, { act: 'resolve', by: 'U0ANNA', reason: 'known', atMs: of.at(5) });
    await of.tick();
    await of.tell(heavier(6), first.id);
    expect(of.incident(first.id).outcome).toBe('resolved by hand: known');
  });

  it('stays so when what was raised before reaches its incident after it', async () => {
    const of = world();
    await of.tell(conditionAt(1, 'raised', { key: 'x', about: 'x' }));
    const id = 'x-raised-1';
    await of.tell(heavier(9), id);
    of.act(id, { act: 'absorb', atMs: of.at(10), incident: first.id, signal: first });
    await of.tick();
    expect(of.incident(id).conditions[key]).toMatchObject({ severity: 'critical', says: 'pg2 is 40 GB behind', rises: 1 });
    expect(of.incident(id).conditions[key]?.raisedAtMs).toBe(first.atMs);
  });
});

describe('the words of a condition that lasts', () => {
  it('are the newest in the parent message and in the record, without a line in the thread and without a page', async () => {
    const of = world();
    await of.tell({ ...first, evidence: 'SQL on pg2; seen for 30 s' });
    sees(of, 40, 'pg2 is 40 GB behind', { evidence: 'SQL on pg1' });
    await of.tick(20_000);
    expect(of.slack.parentLines()).toContain('pg2 is behind.');
    await of.tick(11_000);
    expect(of.slack.parentLines()).toEqual(expect.arrayContaining(['pg2 is 40 GB behind.', 'Seen: SQL on pg1.']));
    expect(of.slack.posts).toHaveLength(1);
    expect(of.incident(first.id)).toMatchObject({ says: 'pg2 is 40 GB behind', evidence: ['SQL on pg1'] });
    expect(of.incident(first.id).conditions[key]?.says).toBe('pg2 is 40 GB behind');
    expect(of.kept.pages.map(({ page }) => page.phase)).toEqual(['open']);
  });

  it('change at most once in thirty seconds', async () => {
    const of = world();
    await of.tell(first);
    const said = new Set<string>();
    for (let second = 1; second <= 300; second += 1) {
      sees(of, second, `pg2 is ${second} MB behind`);
      await of.tick();
      said.add(of.slack.parentLines().join());
    }
    expect(said.size).toBeGreaterThanOrEqual(9);
    expect(said.size).toBeLessThanOrEqual(11);
  });

  it('are known to the bot that takes over', async () => {
    const of = world();
    await of.tell(first);
    sees(of, 40, 'pg2 is 40 GB behind');
    await of.tick(31_000);
    await of.restart();
    await of.tick();
    expect(of.incident(first.id).says).toBe('pg2 is 40 GB behind');
  });

  it('may say that it is lighter, but a rise waits for its signal; what is old or over changes nothing', async () => {
    const of = world();
    await of.tell(first);
    sees(of, 40, 'pg2 is 40 GB behind', { severity: 'critical' });
    await of.tick(31_000);
    expect(of.incident(first.id)).toMatchObject({ severity: 'warning', says: 'pg2 is 40 GB behind' });
    await of.tell(heavier(40), first.id);
    expect(of.incident(first.id).severity).toBe('critical');
    sees(of, 39, 'old');
    await of.tick(31_000);
    expect(of.incident(first.id)).toMatchObject({ severity: 'critical', says: 'pg2 is 40 GB behind' });
    sees(of, 200, 'pg2 is 1 GB behind');
    await of.tick(31_000);
    expect(of.incident(first.id)).toMatchObject({ severity: 'warning', says: 'pg2 is 1 GB behind' });
    await of.tell(heavier(40), first.id);
    expect(of.incident(first.id).severity).toBe('warning');
    await of.tell(conditionAt(300, 'cleared'), first.id);
    const { conditions } = of.incident(first.id);
    sees(of, 400, 'too late');
    await of.tick(31_000);
    expect(of.incident(first.id).conditions).toEqual(conditions);
  });
});

describe('raise, words, rises and clear', () => {
  const lag: Observation = { situation: 'replication-lag', about: 'pg2', says: 'pg2 is behind', joins: [], provides: [] };
  /** What two conditions bring about over some looks. */
  function signalsOf(looks: readonly (readonly Observation[])[], atMs: number): readonly Signal[] {
    let before: PatrolState = NOTHING_SEEN;
    return looks.flatMap((observations, i) => {
      const look = { observations, blind: [], memory: {} };
      const settingOf = () => ({ ...plainSetting, forMs: 0, clearMs: 0 });
      const { after, signals } = foldLook({
        of: 'billing',
        before,
        look,
        nowMs: atMs + i * 10_000,
        settingOf,
        ourRunWorks: false,
      });
      before = after;
      return signals;
    });
  }
  function mixed(all: readonly Signal[], roll: () => number) {
    const twice = [...all, ...all.filter(() => roll() % 2 === 0)].map((signal) => ({ signal, by: roll() }));
    return twice.toSorted((a, b) => a.by - b.by);
  }
  const one = fc.record({ about: fc.constantFrom('pg2', 'pg3'), severity: fc.constantFrom('info', 'warning', 'critical') });
  const looks = fc.array(fc.array(one, { maxLength: 2 }), { minLength: 1, maxLength: 12 });

  it('in any order and repeated leave no closed incident with an open condition, and tell nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(looks, fc.infiniteStream(fc.nat()), async (seen, dice) => {
        const of = world();
        const all = signalsOf(
          seen.map((each) => each.map((more): Observation => ({ ...lag, ...more, says: `${more.about} is behind` }))),
          of.at(0),
        );
        for (const { signal, by } of mixed(all, () => dice.next().value ?? 0)) {
          await of.tell(signal, 'billing-one');
          if (by % 3 === 0) sees(of, by % 120, `${by} bytes behind`);
          if (by % 5 === 0) await of.tick(31_000);
        }
        await of.tick(31_000);
        expect(of.slack.twice()).toEqual([]);
        const over = [...of.kept.incidents.values()].filter(({ resolvedAtMs }) => resolvedAtMs !== undefined);
        expect(over.flatMap(({ conditions }) => Object.values(conditions).filter(isOpen))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
