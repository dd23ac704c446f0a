import { anyPolicy } from '../support/any-policy.ts';
import { describe, expect, it } from 'vitest';
import { refusal, unreachable } from '../../src/core/errors.ts';
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

describe('an attempt', () => {
  it('does the steps in order, reports, and lets go of the lock', async () => {
    const { run, journal, world, held, store } = await played();
    expect(run).toMatchObject({ state: 'succeeded', epoch: 1, report: { says: 'pg2 leads billing on timeline 5' } });
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
    expect(Object.values(journal).map(({ mark }) => mark)).toEqual(['done', 'done', 'done']);
    expect(held).toBe(false);
    const arrows = [
      'run.start',
      'step.started',
      'step.done',
      'step.started',
      'step.done',
      'step.started',
      'step.done',
      'run.end',
    ];
    expect(store.audit.map(({ what }) => what)).toEqual(arrows);
  });

  it('does nothing for a run that nobody approved, that has ended, or that lapsed', async () => {
    for (const state of ['pending', 'denied', 'succeeded', 'expired', 'halted'] as const)
      expect((await played(undefined, { state })).world.acted).toEqual([]);
  });

  it('is stale when the leader changed since the approval, and shows approved beside now', async () => {
    const { run, world } = await played(({ world: cluster }) => {
      cluster.leader = 'pg3';
      cluster.timeline = 5;
    });
    expect(run).toMatchObject({ state: 'stale', why: 'the cluster is not what was approved' });
    expect(run.report?.lines.map(({ text }) => text)).toContain('approved: leader: pg1 · now: leader: pg3');
    expect(world.acted).toEqual([]);
  });

  it('is stale when a check blocks now, and quotes it', async () => {
    const { run } = await played(({ world }) => {
      world.quorum = false;
    });
    expect(run.state).toBe('stale');
    expect(run.report?.lines[0]?.text).toBe('approved: etcd answers · now: etcd has no quorum');
  });

  it('is stale when a release changed the runbook', async () => {
    const { run } = await played(({ needs }) => ({
      find: (name) => ({ ...(needs.find(name) as NonNullable<ReturnType<typeof needs.find>>), digest: 'd2' }),
    }));
    expect(run).toMatchObject({ state: 'stale', why: expect.stringContaining('another') });
  });

  it('refuses a stored plan that somebody edited in the store', async () => {
    const { run, world } = await played(undefined, { planHash: 'f'.repeat(64) });
    expect(run.state).toBe('failed');
    expect(world.acted).toEqual([]);
  });

  it('is stale when an approver has lost the role meanwhile', async () => {
    const { run, world } = await played(() => ({
      gate: {
        lacks: async (id, need) => (need === 'approve' ? `${id} left` : undefined),
        policy: anyPolicy,
        closed: () => undefined,
        reasonFlaw: () => undefined,
      },
    }));
    expect(run).toMatchObject({ state: 'stale', why: 'too few approvals count any more; void: ann (U1 left)' });
    expect(world.acted).toEqual([]);
  });

  it('is stale when its asker has not confirmed what they must confirm', async () => {
    const { run } = await played(undefined, { confirmByAsker: true, approvalsNeeded: 0, votes: [] });
    expect(run).toMatchObject({ state: 'stale', why: 'the asker has not confirmed it' });
  });

  it('does not start when nobody can say whether the people still may', async () => {
    const { run, world } = await played(() => ({
      gate: {
        lacks: () => Promise.reject(new Error('Slack is down')),
        policy: anyPolicy,
        reasonFlaw: () => undefined,
        closed: () => undefined,
      },
    }));
    expect(run).toMatchObject({ state: 'failed', why: expect.stringContaining('Slack is down') });
    expect(world.acted).toEqual([]);
  });

  it('does not start late, when its first worker died before the first step and nobody came for long', async () => {
    const { run, world } = await played(undefined, { state: 'running', epoch: 1, expiresAtMs: 1_800_000_000_000 });
    expect(run).toMatchObject({ state: 'stale', why: expect.stringContaining('in time') });
    expect(world.acted).toEqual([]);
  });

  it('does not start while somebody else holds the lock, and names the holder', async () => {
    const holder = { resource: 'cluster:billing', run: 'r000009', runbook: 'restart', sinceMs: 1_800_000_000_000 };
    const { run } = await played(({ needs }) => ({ locks: { ...needs.locks, take: async () => [holder] } }));
    expect(run).toMatchObject({ state: 'failed', why: 'not started: billing is held by run r000009 (restart) for 0 ms' });
  });

  it('stops before the interrupting step when its guard no longer holds', async () => {
    const { run, world } = await played((engine) => {
      engine.world.trouble = async () => {
        engine.world.leader = 'pg3';
      };
    });
    expect(run).toMatchObject({
      state: 'stale',
      why: expect.stringContaining("stopped before 'Switch over pg1 -> pg2': pg3 leads"),
    });
    expect(world.acted).toEqual(['checkpoint']);
  });

  it('fails with the words of Patroni when it refused, because nothing was changed', async () => {
    const { run, held } = await played(({ world }) => {
      world.trouble = async (act) => {
        if (act === 'switchover') throw refusal('Patroni refused: 412', 'x');
      };
    });
    expect(run).toMatchObject({ state: 'failed', why: "'Switch over pg1 -> pg2' failed: Patroni refused: 412" });
    expect(held).toBe(false);
  });

  it('lets the cluster decide when the answer was lost after the act', async () => {
    const { run } = await played(({ world }) => {
      world.trouble = async (act) => {
        if (act !== 'switchover') return;
        world.leader = 'pg2';
        throw new Error('socket hang up');
      };
    });
    expect(run.state).toBe('succeeded');
  });

  it('halts with the outcome unknown when the cluster does not show it in time, keeps the lock and the log lines', async () => {
    const { run, held, journal } = await played(({ world }) => {
      world.trouble = async (act) => {
        if (act === 'switchover') throw new Error('socket hang up');
      };
    });
    expect(run).toMatchObject({ state: 'halted', why: "outcome unknown of 'Switch over pg1 -> pg2': socket hang up; pg1 leads" });
    expect(held).toBe(true);
    expect(journal.switchover).toMatchObject({ mark: 'started', lines: ['patiently waiting'] });
  });

  it('does not wait for ever for an act that never answers', async () => {
    const { run } = await played(({ world }) => {
      world.trouble = (act) => (act === 'switchover' ? new Promise(() => undefined) : Promise.resolve());
    });
    expect(run).toMatchObject({ state: 'halted', why: expect.stringContaining('no answer within 60 s') });
  });

  it('repeats a harmless act that could not be reached, and fails without having interrupted anything', async () => {
    let tries = 0;
    const { run } = await played(({ world }) => {
      world.trouble = async (act) => {
        if (act !== 'checkpoint') return;
        tries += 1;
        if (tries < 3) throw unreachable('no answer', 'x');
      };
    });
    expect(run.state).toBe('succeeded');
    expect(tries).toBe(3);
  });

  it('fails at once when a state can never hold any more', async () => {
    const { run } = await played(({ world }) => {
      world.trouble = async (act) => {
        if (act === 'switchover') world.quorum = false;
      };
    });
    expect(run).toMatchObject({ state: 'failed', why: "'Wait for pg1' failed: the cluster is gone" });
  });

  it('goes on when chat, the probe and the post-checks are down', async () => {
    const down = () => Promise.reject(new Error('down'));
    const { run } = await played(({ needs }) => ({
      announce: down,
      observer: { begin: down, end: down },
      view: { ...needs.view, snapshot: down },
    }));
    expect(run.state).toBe('succeeded');
    expect(run.report?.lines.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['the write outage was not measured: down', 'the cluster could not be read afterwards: down']),
    );
  });

  it('leaves the run for another worker when it drains, before the next effect', async () => {
    const engine = await engineOf();
    let draining = false;
    engine.world.trouble = async () => {
      draining = true;
    };
    const attempt = createAttempts(engine.needs);
    const first = engine.clock.drive(attempt('r4k2m9xq', { ...engine.reins, draining: () => draining }));
    await expect(first).rejects.toThrow('goes on elsewhere');
    expect(engine.store.now().run.state).toBe('running');
    expect(engine.world.acted).toEqual(['checkpoint']);
    await engine.clock.drive(attempt('r4k2m9xq', engine.reins));
    expect(engine.store.now().run).toMatchObject({ state: 'succeeded', epoch: 2 });
    expect(engine.world.acted).toEqual(['checkpoint', 'switchover']);
  });

  it('touches nothing any more once the job is lost', async () => {
    const engine = await engineOf();
    const job = new AbortController();
    engine.world.trouble = async () => job.abort();
    const attempt = createAttempts(engine.needs)('r4k2m9xq', { ...engine.reins, signal: job.signal });
    await expect(engine.clock.drive(attempt)).rejects.toThrow('goes on elsewhere');
    expect(engine.store.now().journal).toMatchObject({ checkpoint: { mark: 'started' } });
    expect(engine.world.acted).toEqual(['checkpoint']);
  });
});
