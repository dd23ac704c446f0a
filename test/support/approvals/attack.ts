import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { createStore } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { directoryOn, type Right } from './directory.ts';
import { ASKER, type Came, type Deed, type Happened, type Office } from './office.ts';
import { expectSound } from './sound.ts';

const PEOPLE = [ASKER, 'U1', 'U2', 'U3', 'U4', 'U5BOSS', 'U6VIEWER'] as const;
/** The one who asks is an approver and an admin too, and still must not count. */
const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  [ASKER]: ['ask', 'approve', 'admin'],
  ...Object.fromEntries(['U1', 'U2', 'U3', 'U4'].map((who) => [who, ['ask', 'approve']])),
  U5BOSS: ['ask', 'approve', 'admin'],
  U6VIEWER: [],
};

type Order = Pick<Deed, 'does' | 'who' | 'pause'> & { readonly at: number; readonly twice: boolean };
/** One thing that happens: somebody or a worker does something, a group changes, Slack is away, time passes. */
type Move = Order | { readonly group: string; readonly in: boolean } | { readonly away: boolean } | { readonly passesMs: number };
export interface Attack {
  readonly needed: number;
  /** Moves of one burst happen at the same time. */
  readonly bursts: readonly (readonly Move[])[];
}

const who = fc.constantFrom(...PEOPLE);
const does = fc.oneof(
  { weight: 10, arbitrary: fc.constant('approve' as const) },
  { weight: 3, arbitrary: fc.constant('work' as const) },
  { weight: 2, arbitrary: fc.constantFrom('deny' as const, 'sweep' as const) },
  { weight: 1, arbitrary: fc.constantFrom('withdraw' as const, 'cancel' as const) },
);
const deed = fc.record({ does, who, pause: fc.nat(3), at: fc.nat(2), twice: fc.boolean() });
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 9, arbitrary: deed },
  { weight: 2, arbitrary: fc.record({ group: who, in: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ passesMs: fc.constantFrom(1, 15_000, 29_999, 30_000, 59_999, 60_000, 60_001) }) },
  { weight: 1, arbitrary: fc.record({ away: fc.boolean() }) },
);
const burst = fc.array(move, { minLength: 1, maxLength: 6 });
export const attack: fc.Arbitrary<Attack> = fc.record({
  needed: fc.integer({ min: 1, max: 3 }),
  bursts: fc.array(burst, { minLength: 1, maxLength: 5 }),
});

/** Later than the machine's clock, so that the common clock alone decides what has lapsed. */
const BEGIN_MS = 4_000_000_000_000;
const LONG_AFTER_MS = 10_000_000;

/** One request and everything that an attack does to it in these processes; throws when a promise was broken. */
export function attackOn(redis: Redis, prefix: string, offices: readonly Office[]) {
  const pause = async () => undefined;
  const directory = directoryOn(redis, prefix, pause);
  const store = createStore(redis, { prefix, clock: { ...systemClock, now: () => 0 } });
  let nowMs = BEGIN_MS;

  const order = (run: string, needed: number, move: Pick<Deed, 'does' | 'who' | 'pause'>, at: number): Promise<Came> => {
    const { does: what, who: by, pause: turns } = move;
    const office = offices[at % offices.length];
    if (!office) throw new Error('there is no process');
    return office.do({ does: what, who: by, pause: turns, run, nowMs, needed });
  };

  async function ordered(run: string, needed: number, { does: what, who: by, pause: turns, at, twice }: Order) {
    const once = async (place: number) => {
      const came = await order(run, needed, { does: what, who: by, pause: turns }, place);
      return { does: what, who: by, came };
    };
    return Promise.all(twice ? [once(at), once(at + 1)] : [once(at)]);
  }

  async function made(run: string, needed: number, one: Move): Promise<readonly Happened[]> {
    if ('does' in one) return ordered(run, needed, one);
    if ('passesMs' in one) nowMs += one.passesMs;
    else if ('away' in one) await directory.setAway(one.away);
    else await directory.set(one.group, one.in ? (RIGHTS[one.group] ?? []) : []);
    return [];
  }

  async function fresh(): Promise<void> {
    nowMs += LONG_AFTER_MS;
    await redis.del(...['asked', 'queue', 'leader', 'away'].map((name) => `${prefix}:${name}`));
    await Promise.all(Object.entries(RIGHTS).map(([person, rights]) => directory.set(person, rights)));
  }

  /** Whatever was left is done, and everything lapses. */
  async function drain(run: string, needed: number): Promise<void> {
    await directory.setAway(false);
    for (let round = 0; round < 3; round += 1) {
      for (const one of ['work', 'sweep', 'work'] as const) await order(run, needed, { does: one, who: '', pause: 0 }, round);
      nowMs += LONG_AFTER_MS;
    }
  }

  return async ({ needed, bursts }: Attack): Promise<void> => {
    await fresh();
    const from = await redis.xlen(`{${prefix}}:audit`);
    const asked = await order('', needed, { does: 'ask', who: ASKER, pause: 0 }, 0);
    if (asked.result !== 'done') throw new Error(`the request was not made: ${asked.says}`);
    const run = asked.says;
    const happened: Happened[] = [];
    for (const moves of bursts) {
      const all = await Promise.all(moves.map((one) => made(run, needed, one)));
      happened.push(...all.flat());
    }
    await drain(run, needed);
    await expectSound({ store, run, needed, happened, from, history: await directory.history() });
  };
}
