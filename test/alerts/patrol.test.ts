import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { lookAt } from '../support/patrol-sight.ts';
import { fakeStore, gone, nothing, post, run } from '../support/patrol-world.ts';
import { dead, withMember } from '../support/snapshot-changes.ts';
import { healthy } from '../support/snapshots.ts';
import { virtualClock } from '../support/virtual-clock.ts';

describe('the patrol', () => {
  it('looks at each post every ten seconds, by one of two bots', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    const looks = new Map<string, number>();
    const posts = ['a', 'b', 'c', 'etcd main'].map((name) =>
      post(name, async () => {
        looks.set(name, (looks.get(name) ?? 0) + 1);
        return nothing;
      }),
    );
    const [one, other] = [store.bot('one', posts), store.bot('other', posts)];
    await run(clock, [one.patrol, other.patrol], 100);
    for (const [name, count] of looks) expect(count, name).toBeGreaterThanOrEqual(9);
    for (const [name, count] of looks) expect(count, name).toBeLessThanOrEqual(11);
    expect([one.patrol.standing().posts, other.patrol.standing().posts].sort()).toEqual([0, 4]);
  });

  it('raises once and clears once over the death of the bot that looked', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    let look = gone;
    const posts = [post('billing', async () => look)];
    const [one, other] = [store.bot('one', posts), store.bot('other', posts)];
    await run(clock, [one.patrol, other.patrol], 20);
    await run(clock, [other.patrol], 60);
    expect([...one.told, ...other.told]).toMatchObject([{ kind: 'raised', recorded: true }]);
    const third = store.bot('third', posts);
    await other.patrol.stop();
    await run(clock, [third.patrol], 30);
    look = nothing;
    await run(clock, [third.patrol], 60);
    expect(third.told).toMatchObject([{ kind: 'cleared' }]);
    expect(store.kept).toHaveLength(2);
  });

  it('does not let a post that hangs hold up the others, and looks at no more at once than it may', async () => {
    const clock = virtualClock();
    const looks: string[] = [];
    let now = 0;
    let most = 0;
    const slow = async (name: string) => {
      looks.push(name);
      now += 1;
      most = Math.max(most, now);
      await clock.sleep(1000);
      now -= 1;
      return nothing;
    };
    const posts = Array.from({ length: 40 }, (_, i) =>
      post(`c${i}`, i === 0 ? () => new Promise(() => undefined) : () => slow(`c${i}`)),
    );
    const { patrol } = fakeStore(clock).bot('one', posts, { atOnce: 8 });
    await run(clock, [patrol], 60);
    expect(most).toBeLessThanOrEqual(8);
    expect(looks.filter((name) => name === 'c39').length).toBeGreaterThanOrEqual(5);
  });

  it('looks on while the store is away, tells unrecorded, and records it when the store is back', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    let look = nothing;
    const { patrol, told, recorded } = store.bot('one', [post('billing', async () => look)]);
    await run(clock, [patrol], 20);
    store.away = true;
    look = gone;
    await run(clock, [patrol], 60);
    expect(told).toMatchObject([{ kind: 'raised', recorded: false }]);
    store.away = false;
    await run(clock, [patrol], 30);
    expect(recorded).toEqual([told[0]?.incident]);
    look = nothing;
    await run(clock, [patrol], 60);
    expect(told).toMatchObject([{ kind: 'raised' }, { kind: 'cleared', incident: told[0]?.incident, recorded: true }]);
  });

  it('clears in the incident that it raised in, though the store is away all the time', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    store.away = true;
    let look = gone;
    const { patrol, told } = store.bot('one', [post('billing', async () => look)]);
    await run(clock, [patrol], 60);
    look = nothing;
    await run(clock, [patrol], 60);
    expect(told).toMatchObject([{ kind: 'raised' }, { kind: 'cleared', incident: told[0]?.incident, recorded: false }]);
  });

  it('tells that a condition grew heavier in the incident that it raised, though the store is away since, and records it later', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    let look = gone;
    const { patrol, told, recorded } = store.bot('one', [post('billing', async () => look)]);
    await run(clock, [patrol], 60);
    store.away = true;
    look = { ...gone, observations: gone.observations.map((one) => ({ ...one, severity: 'critical' })) };
    await run(clock, [patrol], 60);
    const incident = told[0]?.incident;
    expect(told).toMatchObject([{ kind: 'raised' }, { kind: 'worsened', incident, recorded: false }]);
    store.away = false;
    await run(clock, [patrol], 30);
    expect(recorded).toEqual([incident]);
    expect(store.kept.map(({ kind }) => kind)).toEqual(['raised', 'worsened']);
    expect(told).toHaveLength(2);
  });

  it('goes on from what was raised before, when the store did not say so at first', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    const first = store.bot('first', [post('billing', async () => gone)]);
    await run(clock, [first.patrol], 40);
    await first.patrol.stop();
    store.away = true;
    const next = store.bot('next', [post('billing')]);
    await run(clock, [next.patrol], 30);
    store.away = false;
    await run(clock, [next.patrol], 60);
    expect(next.told).toEqual([{ kind: 'cleared', incident: first.told[0]?.incident, recorded: true }]);
  });

  it('leaves what it could not record to the bot that looks when the store is back, and ends it here', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    let look = nothing;
    const posts = [post('billing', async () => look)];
    const [one, other] = [store.bot('one', posts), store.bot('other', posts)];
    await run(clock, [one.patrol, other.patrol], 20);
    store.away = true;
    look = gone;
    await run(clock, [one.patrol, other.patrol], 60);
    store.away = false;
    await run(clock, [one.patrol, other.patrol], 30);
    const [looks, leaves] = one.patrol.standing().posts === 1 ? [one, other] : [other, one];
    expect(leaves.handedOver).toEqual([leaves.told[0]?.incident]);
    look = nothing;
    await run(clock, [looks.patrol, leaves.patrol], 60);
    expect(looks.told.map(({ kind }) => kind)).toEqual(['raised', 'cleared']);
    await looks.patrol.stop();
    await run(clock, [leaves.patrol], 60);
    expect(store.kept.map(({ kind }) => kind)).toEqual(['raised', 'cleared']);
  });

  it('drops a look that ends after the lease: the bot was frozen and another one looks', async () => {
    const clock = virtualClock();
    const store = fakeStore(clock);
    const frozen = store.bot('frozen', [post('billing', async () => gone)]);
    await run(clock, [frozen.patrol], 15);
    const other = store.bot('other', [post('billing')]);
    await run(clock, [other.patrol], 120);
    await run(clock, [frozen.patrol, other.patrol], 60);
    expect(frozen.told).toEqual([]);
  });

  it('says of 1,000 looks in which healthy members lose a single probe nothing', async () => {
    const clock = virtualClock();
    const base = healthy();
    let looks = 0;
    const look = async (memory: JsonObject) => {
      looks += 1;
      const name = `pg${1 + (looks % 3)}`;
      return lookAt({ ...(looks % 2 === 0 ? withMember(base, name, dead) : base), startedAtMs: clock.now() }, undefined, memory);
    };
    const { patrol, told } = fakeStore(clock).bot('one', [post('billing', look)], { everyMs: 1000 });
    await run(clock, [patrol], 1010);
    expect(looks).toBeGreaterThan(1000);
    expect(told).toEqual([]);
  });
});
