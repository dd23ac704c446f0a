import { describe, expect, it } from 'vitest';
import type { WatchPlace } from '../../src/alerts/catch-up.ts';
import { createScopeBook } from '../../src/alerts/scope-book.ts';
import { createWatchStart } from '../../src/alerts/watch-start.ts';
import { quietLog } from '../support/quiet-log.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const SURVEY = { revision: 467, clusterId: '77', scopes: [] };

/** A watch on an etcd at revision 467 and a store that has processed some of it, which may be away. */
function setUp(processed: number | undefined) {
  const clock = virtualClock();
  const at: WatchPlace = { clusterId: '', revision: 0, head: 0, heardMs: 0, notedMs: 0, sinceCut: 0 };
  const store = { away: true };
  const done: string[] = [];
  const start = createWatchStart(
    {
      source: {
        name: 'main/service/',
        read: async () => SURVEY,
        follow({ next }) {
          done.push(`follows from ${next}`);
          return async () => void done.push('unfollows');
        },
      },
      store: {
        async position() {
          if (store.away) throw new Error('connection refused');
          return processed === undefined ? undefined : { revision: processed, clusterId: '77', atMs: 1000, states: {} };
        },
      },
      book: createScopeBook({ clusterOf: () => 'billing', isWatched: () => true, now: () => clock.now(), log: quietLog }),
      recorder: { drop: () => void done.push('drops') },
      add: () => undefined,
      stop: new AbortController().signal,
      ...{ at, clock, log: quietLog },
    },
    () => ({ deliver: () => undefined, resync: async () => SURVEY }),
  );
  return { clock, at, store, done, start };
}

describe('a watch that starts while the store is away', () => {
  it('waits some seconds for it, as nothing is lost meanwhile and all is told in its order', async () => {
    const { clock, store, done, start } = setUp(362);
    const started = start.first(SURVEY);
    await clock.drive(clock.sleep(4000));
    store.away = false;
    await clock.drive(started);
    expect(done).toEqual(['follows from 363']);
  });

  it('goes on from now after that, and once the store is back catches up what nobody has processed', async () => {
    const { clock, at, store, done, start } = setUp(362);
    await clock.drive(start.first(SURVEY));
    await start.anew();
    expect(done).toEqual(['follows from 468']);
    expect(at.unreadSince).toBe(467);
    store.away = false;
    await start.anew();
    await start.anew();
    expect(done).toEqual(['follows from 468', 'unfollows', 'drops', 'follows from 363']);
    expect(at.unreadSince).toBeUndefined();
  });

  it.each([467, 480, undefined])('has nothing to catch up where another bot has processed up to %s', async (processed) => {
    const { clock, at, store, done, start } = setUp(processed);
    await clock.drive(start.first(SURVEY));
    store.away = false;
    await start.anew();
    expect(done).toEqual(['follows from 468']);
    expect(at.unreadSince).toBeUndefined();
  });
});
