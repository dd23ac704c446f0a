import { describe, expect, it } from 'vitest';
import { lossAt as signal, recorderWorld as setUp, upForLong } from '../support/recorder-world.ts';

describe('a change while the store is away', () => {
  it('is told at once by the first of the bots', async () => {
    const { clock, told, add, recorder } = setUp(0);
    await upForLong({ clock, recorder });
    add(signal(5));
    await clock.drive(clock.sleep(400));
    expect(told).toEqual(['77-5-billing unrecorded ']);
  });

  it('is left to the others at first by a bot that has just started or was frozen, as one of them may be busy with the cluster', async () => {
    const { clock, told, recorder, add } = setUp(0);
    add(signal(5));
    await clock.drive(clock.sleep(5900));
    expect(told).toEqual([]);
    await clock.drive(clock.sleep(200));
    expect(told).toEqual(['77-5-billing unrecorded ']);
    await upForLong({ clock, recorder });
    await clock.drive(clock.sleep(13_000));
    add(signal(7));
    await clock.drive(clock.sleep(5900));
    expect(told).toHaveLength(1);
  });

  it('is told by the next bot only after the first had time to, so that it finds it in the channel', async () => {
    const { clock, told, add, recorder } = setUp(1);
    await upForLong({ clock, recorder });
    add(signal(5));
    await clock.drive(clock.sleep(3900));
    expect(told).toEqual([]);
    await clock.drive(clock.sleep(200));
    expect(told).toEqual(['77-5-billing unrecorded ']);
  });

  it('is put where the store puts it: a condition that was told by itself is part of the incident that holds it', async () => {
    const { clock, told, store, recorder, add } = setUp(0);
    await upForLong({ clock, recorder });
    const condition = { key: 'member-gone pg1', situation: 'member-gone', severity: 'warning', joins: [], provides: [] } as const;
    add(signal(5, { kind: 'raised', cause: 'condition', condition: { ...condition, joins: [], provides: [] } }));
    await clock.drive(clock.sleep(400));
    Object.assign(store, { away: false, incident: '77-4-billing' });
    await recorder.tick();
    expect(told.slice(1)).toEqual(['77-5-billing recorded looked up', '77-5-billing is part of 77-4-billing']);
    store.away = true;
    add(signal(6, { kind: 'raised', cause: 'condition', condition: { ...condition, joins: [], provides: [] } }));
    await clock.drive(clock.sleep(400));
    Object.assign(store, { away: false, verdict: 'told' });
    await recorder.tick();
    expect(told.slice(4)).toEqual(['77-6-billing is part of 77-4-billing']);
  });

  it('is left to the store when it is back before the turn of this bot came', async () => {
    const { clock, told, store, add } = setUp(1);
    add(signal(5));
    await clock.drive(clock.sleep(1000));
    Object.assign(store, { away: false, verdict: 'theirs' });
    await clock.drive(clock.sleep(5000));
    expect(told).toEqual([]);
  });

  it('is looked up when the store gives it to this bot after all, for another one may have told it', async () => {
    const { clock, told, store, recorder, add } = setUp(1);
    add(signal(5));
    await clock.drive(clock.sleep(1000));
    store.away = false;
    await recorder.tick();
    await clock.drive(clock.sleep(10_000));
    expect(told).toEqual(['77-5-billing recorded looked up twice']);
  });

  it('is left to the bot that owns it by the store, although this one has begun to tell it', async () => {
    const { clock, told, store, recorder, add } = setUp(0);
    await upForLong({ clock, recorder });
    add(signal(5));
    await clock.drive(clock.sleep(400));
    Object.assign(store, { away: false, verdict: 'theirs' });
    await recorder.tick();
    expect(told).toEqual(['77-5-billing unrecorded ', '77-5-billing is left to another bot']);
  });

  it('that a run of ours made takes no incident from this bot when another bot tells it', async () => {
    const { clock, told, store, recorder, add } = setUp(0);
    store.away = false;
    add(signal(5));
    await clock.drive(clock.sleep(400));
    store.away = true;
    add(signal(6, { kind: 'led', cause: 'planned', run: 'r4k2m9xq' }));
    await clock.drive(clock.sleep(400));
    Object.assign(store, { away: false, verdict: 'theirs' });
    await recorder.tick();
    expect(told).toEqual(['77-5-billing recorded ', '77-6-billing unrecorded ']);
  });

  it('opens an incident of its own when the last one of the cluster is over, whatever kind it is', async () => {
    const { clock, incidents, owned, store, add } = setUp(0);
    store.away = false;
    add(signal(5));
    add(signal(6, { kind: 'led' }));
    await clock.drive(clock.sleep(400));
    store.away = true;
    add(signal(7, { kind: 'overwritten', cause: 'unknown' }));
    await clock.drive(clock.sleep(400));
    owned.splice(0);
    add(signal(8, { kind: 'overwritten', cause: 'unknown' }));
    await clock.drive(clock.sleep(400));
    expect(incidents.slice(2)).toEqual(['77-6-billing', '77-8-billing']);
  });

  it('goes on with the bot that told the last one of the cluster, and the others leave it time', async () => {
    const { clock, told, store, add } = setUp(0);
    Object.assign(store, { away: false, verdict: 'theirs' });
    add(signal(5));
    await clock.drive(clock.sleep(100));
    store.away = true;
    add(signal(7));
    await clock.drive(clock.sleep(5000));
    expect(told).toEqual([]);
    await clock.drive(clock.sleep(2000));
    expect(told).toEqual(['77-5-billing unrecorded ', '77-7-billing unrecorded ']);
  });
});

describe('a change that was replayed after a start', () => {
  it('is looked up first, for a bot that died may have told it without a store', async () => {
    const { clock, told, store, add } = setUp(0);
    store.away = false;
    add(signal(5, { replayed: true }));
    await clock.drive(clock.sleep(10));
    expect(told).toEqual(['77-5-billing recorded looked up']);
  });
});

describe('a change whose older ones are still untold', () => {
  it('is left to the next sweep, which hands out all in order, when the desk does not tell those', async () => {
    const { clock, told, store, add } = setUp(0);
    Object.assign(store, { away: false, after: ['77-5-billing'] });
    add(signal(7));
    await clock.drive(clock.sleep(10));
    expect(told).toEqual([]);
  });
});
