import { describe, expect, it } from 'vitest';
import type { Asker } from '../../src/core/person.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import { createLedger } from '../../src/runs/ledger.ts';
import type { Acts } from '../../src/runs/needs.ts';
import { engineOf } from '../support/engine-of.ts';

const olga: Asker = { userId: 'U0ASKER', userName: 'olga', teamId: 'T0', channelId: 'C0', via: 'slack' };

type Engine = Awaited<ReturnType<typeof engineOf>>;

/** An engine with its ledger; `acts` may be replaced. */
async function engine(acts: (world: Engine['world'], own: Acts) => Partial<Acts> = () => ({})) {
  const made = await engineOf();
  const needs = { ...made.needs, acts: { ...made.needs.acts, ...acts(made.world, made.needs.acts) } };
  const ledger = createLedger({
    ...needs,
    ...made.approvals,
    votes: { cast: () => Promise.reject(new Error('nobody votes here')) },
    codes: { prove: async () => undefined },
    audit: { append: async (facts) => void made.store.audit.push(facts) },
    gate: { admit: async () => undefined, lacks: async () => undefined, closed: () => undefined },
    queue: { add: async () => undefined },
    canBeEnded: (act) => needs.acts.canBeEnded(act),
  });
  const attempt = () => made.clock.drive(createAttempts(needs)('r4k2m9xq', made.reins));
  return { ...made, needs, ledger, attempt };
}

describe('cancelling a run', () => {
  it('stops it before the step that follows, and names that step', async () => {
    const made = await engine((world) => ({
      async perform() {
        said.push((await made.ledger.cancel('r4k2m9xq', olga)).summary);
        world.acted.push('checkpoint');
        return { performed: true, says: 'done' };
      },
    }));
    const said: string[] = [];
    await made.attempt();
    expect(said).toEqual(["'Checkpoint pg1' can't be interrupted; run r4k2m9xq stops after it"]);
    expect(made.world.acted).toEqual(['checkpoint']);
    const { run, held } = made.store.now();
    expect(run).toMatchObject({ state: 'cancelled', why: "stopped before 'Switch over pg1 -> pg2', as olga asked" });
    expect(held).toBe(false);
  });

  it('lets an act that can not be interrupted come to its end, and never says stopped while its effect may come', async () => {
    const made = await engine((_world, own) => ({
      async perform(act, context) {
        if (act.act === 'switchover') await made.ledger.cancel('r4k2m9xq', olga);
        return own.perform(act, context);
      },
    }));
    await made.attempt();
    const { run, journal } = made.store.now();
    expect(journal.switchover).toMatchObject({ mark: 'done' });
    expect(run).toMatchObject({ state: 'cancelled', why: "stopped before 'Wait for pg1', as olga asked" });
  });

  it('stops in the middle of a wait', async () => {
    const made = await engine();
    made.world.streaming = false;
    const said: string[] = [];
    made.world.looked = async (state) => {
      if (state === 'streaming' && said.length === 0) said.push((await made.ledger.cancel('r4k2m9xq', olga)).summary);
    };
    await made.attempt();
    expect(said).toEqual(["Run r4k2m9xq stops while it waits in 'Wait for pg1'"]);
    expect(made.store.now().run).toMatchObject({
      state: 'cancelled',
      why: "stopped while it waited in 'Wait for pg1', as olga asked",
    });
  });

  it('ends what can be ended, and says so only when it was looked that it is gone', async () => {
    const looks: string[] = [];
    const made = await engine((_world, own) => ({
      canBeEnded: (act) => act === 'switchover',
      async perform(act, context) {
        if (act.act !== 'switchover') return own.perform(act, context);
        await made.ledger.cancel('r4k2m9xq', olga);
        return { performed: true, says: 'the unit was started' };
      },
      async end() {
        looks.push('looked');
        return looks.length < 3 ? { gone: false, says: '2 processes live' } : { gone: true, says: 'its cgroup is empty' };
      },
    }));
    await made.attempt();
    const { run, journal } = made.store.now();
    expect(looks).toHaveLength(3);
    expect(journal.switchover).toMatchObject({ mark: 'failed', note: 'ended on request and looked at: its cgroup is empty' });
    expect(run).toMatchObject({
      state: 'cancelled',
      why: "'Switch over pg1 -> pg2' was ended and checked to be gone (its cgroup is empty), as olga asked",
    });
  });

  it('is written down with who wanted it', async () => {
    const made = await engine((_world, own) => ({
      async perform(act, context) {
        if (act.act === 'checkpoint') await made.ledger.cancel('r4k2m9xq', olga);
        return own.perform(act, context);
      },
    }));
    await made.attempt();
    const cancelled = made.store.audit.find(({ what }) => what === 'run.cancel');
    expect(cancelled).toMatchObject({ who: 'U0ASKER', result: 'cancelling', run: 'r4k2m9xq' });
    await expect(made.ledger.cancel('r4k2m9xq', olga)).rejects.toThrow('run r4k2m9xq is cancelled already');
  });

  it('goes on in another worker when the first one died while it was being stopped', async () => {
    const made = await engine((_world, own) => ({
      async perform(act, context) {
        if (act.act === 'switchover') await made.ledger.cancel('r4k2m9xq', olga);
        return own.perform(act, context);
      },
    }));
    let dead = true;
    const dying = {
      ...made.needs,
      journal: {
        ...made.needs.journal,
        write: async (...args: Parameters<typeof made.needs.journal.write>) => {
          if (dead && made.store.now().run.state === 'cancelling') return new Promise<never>(() => undefined);
          return made.needs.journal.write(...args);
        },
      },
    };
    const first = createAttempts(dying)('r4k2m9xq', made.reins);
    await made.clock.drive(Promise.race([first, waitFor(() => made.store.now().run.state === 'cancelling', made.clock)]));
    dead = false;
    await made.attempt();
    expect(made.store.now().run).toMatchObject({ state: 'cancelled', epoch: 2 });
    expect(made.world.acted.filter((act) => act === 'switchover')).toHaveLength(1);
  });
});

async function waitFor(holds: () => boolean, clock: Engine['clock']): Promise<void> {
  while (!holds()) await clock.sleep(10);
}
