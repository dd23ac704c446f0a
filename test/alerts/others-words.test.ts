import { describe, expect, it } from 'vitest';
import { lossAt as signal, recorderWorld as setUp, upForLong } from '../support/recorder-world.ts';

describe('a change that can not be recorded', () => {
  it('comes after what another bot had to tell of the cluster, which may have died before it did', async () => {
    const { clock, told, incidents, store, recorder, add } = setUp(0);
    await upForLong({ clock, recorder });
    Object.assign(store, { away: false, verdict: 'theirs', incident: '77-5-billing' });
    add(signal(4, { id: '77-4-orders', cluster: 'orders' }));
    add(signal(5));
    await clock.drive(clock.sleep(1000));
    store.away = true;
    add(signal(6, { kind: 'led', to: 'pg2' }));
    await clock.drive(clock.sleep(7000));
    expect(told).toEqual(['77-5-billing unrecorded ', '77-6-billing unrecorded ']);
    expect(incidents).toEqual(['77-5-billing', '77-5-billing']);
    store.away = false;
    await recorder.tick();
    expect(told.slice(2)).toEqual(Array(2).fill('77-5-billing is left to another bot'));
  });

  it('goes on in the incident that another bot has begun to tell and the store now gives to this one', async () => {
    const { clock, told, store, recorder, add } = setUp(0);
    await upForLong({ clock, recorder });
    Object.assign(store, { away: false, verdict: 'theirs', incident: '77-5-billing' });
    add(signal(5));
    await clock.drive(clock.sleep(1000));
    store.away = true;
    add(signal(6, { kind: 'led', to: 'pg2' }));
    await clock.drive(clock.sleep(7000));
    Object.assign(store, { away: false, verdictOf: { '77-5-billing': 'told', '77-6-billing': 'ours' } });
    await recorder.tick();
    expect(told.slice(2)).toEqual(['77-6-billing noted']);
  });

  it('waits with the one before it, though nobody is known as the teller of the cluster any more', async () => {
    const { clock, told, store, recorder, add } = setUp(0);
    await upForLong({ clock, recorder });
    Object.assign(store, { away: false, verdict: 'theirs' });
    add(signal(4, { run: 'r1' }));
    for (let seconds = 0; seconds < 29; seconds += 1) {
      await clock.drive(clock.sleep(1000));
      await recorder.tick();
    }
    store.away = true;
    add(signal(5));
    await clock.drive(clock.sleep(2500));
    add(signal(6, { kind: 'led', to: 'pg2' }));
    await clock.drive(clock.sleep(3000));
    expect(told).toEqual([]);
    await clock.drive(clock.sleep(1000));
    expect(told).toEqual(['77-5-billing unrecorded ', '77-6-billing unrecorded ']);
  });

  it('comes after nothing that was told long ago', async () => {
    const { clock, told, store, recorder, add } = setUp(0);
    await upForLong({ clock, recorder });
    Object.assign(store, { away: false, verdict: 'theirs' });
    add(signal(5));
    await upForLong({ clock, recorder });
    await upForLong({ clock, recorder });
    store.away = true;
    add(signal(6));
    await clock.drive(clock.sleep(7000));
    expect(told).toEqual(['77-6-billing unrecorded ']);
  });
});
