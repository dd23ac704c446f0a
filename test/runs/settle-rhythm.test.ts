import { expect, it } from 'vitest';
import { createAttempts } from '../../src/runs/attempt.ts';
import { lookPauseMs } from '../../src/runs/look-pause.ts';
import { engineOf } from '../support/engine-of.ts';

/** How far apart the looks at a replica were that streams only after so long, by milliseconds since the first one. */
async function looks(streamsAfterMs: number): Promise<readonly { readonly at: number; readonly pause: number }[]> {
  const engine = await engineOf();
  const times: number[] = [];
  engine.world.streaming = false;
  engine.world.looked = async (state) => {
    if (state !== 'streaming') return;
    times.push(engine.clock.now());
    if (engine.clock.now() - (times[0] ?? 0) >= streamsAfterMs) engine.world.streaming = true;
  };
  await engine.clock.drive(createAttempts(engine.needs)('r4k2m9xq', engine.reins));
  const first = times[0] ?? 0;
  return times.slice(1).map((time, at) => ({ at: time - first, pause: time - (times[at] ?? first) }));
}

it('looks ten times a second at first, as clients wait for most effects, and less often at what takes long', async () => {
  const seen = await looks(15_000);
  expect(seen.filter(({ at }) => at < 10_000).every(({ pause }) => pause <= 100)).toBe(true);
  expect(seen.filter(({ at }) => at > 11_000).every(({ pause }) => pause === 500)).toBe(true);
  expect(seen.at(-1)?.at).toBeGreaterThanOrEqual(15_000);
});

it('looks ever less often at what takes very long, such as a copy, which has to make room for each look', async () => {
  const seen = await looks(55_000);
  const late = seen.filter(({ at }) => at > 42_000);
  expect(late.length).toBeGreaterThan(5);
  expect(late.every(({ pause }) => pause > 1000 && pause <= 2000)).toBe(true);
});

it('looks less often, from the third second on, at what may take hours: a copy shares its hosts with each look', () => {
  const hourMs = 3_600_000;
  expect([1000, 3000, 9000].map((lookedMs) => lookPauseMs(lookedMs, 12 * hourMs))).toEqual([100, 500, 500]);
  expect([1000, 3000, 9000].map((lookedMs) => lookPauseMs(lookedMs, hourMs / 6))).toEqual([100, 100, 100]);
});
