import { systemClock } from '../../src/core/clock.ts';
import type { Run } from '../../src/core/run.ts';
import type { StartOptions } from '../../src/core/start-flags.ts';
import { createSweep } from '../../src/runs/sweep.ts';
import { createStore } from '../../src/store/store.ts';
import { askerOf, engineOn } from './engine-on.ts';
import { fakeView } from './fake-world.ts';
import type { RedisServer } from './redis-server.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** The engine with a clock that a test can put forward, and the sweeps of three processes. */
export function approvalsEngine(
  server: RedisServer,
  toStop: (() => Promise<unknown>)[],
  policy: Parameters<typeof engineOn>[2] = {},
) {
  const shift = { ms: 0 };
  const clock = { ...systemClock, now: () => Date.now() + shift.ms };
  const made = engineOn(server, toStop, { startWithinMs: 5 * MINUTE, expiresInMs: 15 * MINUTE, ...policy }, clock);
  const sweeps = Array.from({ length: 3 }, () =>
    createSweep({ ...made.needs, ...createStore(server.client(), { prefix: made.prefix, clock }) }),
  );
  const request = async (start: StartOptions = {}, by = 'U0ASKER', input = { cluster: 'billing' }) =>
    made.propose({ runbook: 'switchover', input, start, asker: askerOf(by), view: fakeView(), reason: 'drill' });
  const asked = async (start: StartOptions = {}, by = 'U0ASKER'): Promise<Run> => {
    const proposed = await request(start, by);
    if ('run' in proposed) return proposed.run;
    throw new Error(proposed.message.summary);
  };
  return {
    ...made,
    request,
    asked,
    at: (inMs: number): StartOptions => ({ at: { atMs: clock.now() + inMs, says: '2026-11-30 02:00 Europe/Berlin' } }),
    forward: (ms: number) => {
      shift.ms += ms;
    },
    sweepAll: () => Promise.all(sweeps.map((sweep) => sweep())),
    get: async ({ id }: Pick<Run, 'id'>) => (await made.store.runs.get(id)) ?? Promise.reject(new Error('the run is lost')),
    audited: async () => (await made.store.audit.read(1, 999)).map(({ what, result, who }) => `${what} ${result} ${who}`),
  };
}
