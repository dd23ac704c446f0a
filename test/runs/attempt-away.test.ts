import { describe, expect, it } from 'vitest';
import { unreachable } from '../../src/core/errors.ts';
import type { Run } from '../../src/core/run.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import type { AttemptNeeds } from '../../src/runs/attempt-needs.ts';
import { engineOf } from '../support/engine-of.ts';

type Engine = Awaited<ReturnType<typeof engineOf>>;

async function played(
  prepare: (engine: Engine) => Partial<AttemptNeeds> | undefined = () => undefined,
  changes: Partial<Run> = {},
) {
  const engine = await engineOf(changes);
  const needs = { ...engine.needs, ...prepare(engine) };
  await engine.clock.drive(createAttempts(needs)('r4k2m9xq', engine.reins));
  return { ...engine, ...engine.store.now() };
}

describe('an attempt that was away', () => {
  it('does not interrupt on an approval of yesterday, when its worker died after a harmless step', async () => {
    const engine = await engineOf();
    let draining = false;
    engine.world.trouble = async () => {
      draining = true;
    };
    const attempt = createAttempts(engine.needs);
    await expect(engine.clock.drive(attempt('r4k2m9xq', { ...engine.reins, draining: () => draining }))).rejects.toThrow(
      'goes on elsewhere',
    );
    const late = { ...engine.clock, now: () => engine.store.now().run.expiresAtMs + 8 * 3_600_000 };
    await engine.clock.drive(createAttempts({ ...engine.needs, clock: late })('r4k2m9xq', engine.reins));
    expect(engine.store.now().run).toMatchObject({ state: 'stale', why: expect.stringContaining('approval') });
    expect(engine.world.acted).toEqual(['checkpoint']);
  });

  it('does not act on a look at the cluster that it took before it was frozen', async () => {
    const { run, world, journal, held } = await played(({ needs, clock }) => {
      let frozenMs = 0;
      return {
        clock: { ...clock, now: () => clock.now() + frozenMs },
        journal: {
          ...needs.journal,
          write: async (mark) => {
            if (mark.step === 'switchover' && mark.entry.mark === 'started') frozenMs = 60_000;
            return needs.journal.write(mark);
          },
        },
      };
    });
    expect(world.acted).toEqual(['checkpoint']);
    expect(run).toMatchObject({ state: 'failed', why: expect.stringContaining('held up for') });
    expect(journal.switchover?.mark).toBe('failed');
    expect(held).toBe(false);
  });

  it('says to the measure that it begins in the middle, where it would miss the outage that it reports', async () => {
    const engine = await engineOf();
    const begun: string[] = [];
    let draining = false;
    engine.world.trouble = async () => {
      draining = true;
    };
    const observer = {
      begin: async (_run: unknown, from: string) => {
        begun.push(from);
      },
      end: async () => {
        return undefined;
      },
    };
    const attempt = createAttempts({ ...engine.needs, observer });
    const first = engine.clock.drive(attempt('r4k2m9xq', { ...engine.reins, draining: () => draining }));
    await expect(first).rejects.toThrow('goes on elsewhere');
    await engine.clock.drive(attempt('r4k2m9xq', engine.reins));
    expect(engine.store.now().run.state).toBe('succeeded');
    expect(begun).toEqual(['start', 'middle']);
  });

  it('shows its end and lets go of the lock although the store took it without saying so', async () => {
    let lost = false;
    const { run, held, shown } = await played(({ needs }) => ({
      runs: {
        ...needs.runs,
        async change(id, decide) {
          const changed = await needs.runs.change(id, decide);
          if (changed?.run.state !== 'succeeded' || lost) return changed;
          lost = true;
          throw unreachable('Redis does not answer: Command timed out', 'x');
        },
      },
    }));
    expect(run.state).toBe('succeeded');
    expect(shown.at(-1)).toBe('succeeded');
    expect(held).toBe(false);
  });
});
