import { describe, expect, it } from 'vitest';
import streamingFailover from '../../runbooks/streaming-failover.ts';
import streamingSwitchover from '../../runbooks/streaming-switchover.ts';
import { createActs } from '../../src/acts/all.ts';
import { type FakeCluster, fakeCluster } from '../support/fake-cluster.ts';
import { healthyPooler } from '../support/fake-poolers.ts';
import { LEDGER, LOST } from '../support/fake-streaming.ts';
import { statsFor } from '../support/healthy-cluster.ts';
import { type Loose, read } from '../support/healthy-cluster.ts';
import { mortal } from '../support/mortal.ts';
import { runbookEngine } from '../support/runbook-engine.ts';

/** HAProxies that can be told, and a probe. */
const behindProxies = (fake: FakeCluster) => {
  for (const { shown } of [fake.ledger, fake.lost]) {
    Object.assign(shown.snapshot.cluster, { tellsProxies: true, probesWrites: true });
    shown.snapshot.proxies = [{ name: 'lb1', stats: read(statsFor('pg1')) }] as Loose<typeof shown.snapshot.proxies>;
  }
};
const behindPoolers = (fake: FakeCluster) => {
  behindProxies(fake);
  fake.ledger.shown.poolers = ['lb1', 'lb2'].map(healthyPooler);
};
const ids = (plan: { readonly steps: readonly { readonly id: string }[] }) => plan.steps.map(({ id }) => id);

describe('the way of clients in a plain streaming cluster', () => {
  it('is the same as with Patroni: paused, told, waited for, resumed, and a write proven at the end', async () => {
    const fake = fakeCluster();
    behindPoolers(fake);
    const { plan } = await streamingSwitchover.propose({ cluster: LEDGER }, fake.view);
    expect(ids(plan)).toEqual([
      ...['checkpoint', 'caught-up', 'armed', 'paused', 'stop', 'fence', 'replayed', 'promote', 'routed', 'resumed'],
      ...['follows-pg3', 'answers', 'rejoined', 'slots', 'written'],
    ]);
    expect(plan.summary).toMatch(/Queries wait in PgBouncer/);
    expect(plan.steps.find(({ id }) => id === 'routed')?.act?.act).toBe('tell-proxies');
    expect(plan.steps.find(({ id }) => id === 'stop')?.still).toContainEqual({
      ...{ state: 'poolers-paused', args: { cluster: LEDGER } },
    });
    const without = await streamingSwitchover.propose({ cluster: LEDGER, withoutPause: true }, fake.view);
    expect(ids(without.plan)).not.toContain('paused');
    expect(without.plan.notes?.join(' ')).toContain('lb1 and lb2 are not paused');
  });

  it('is told of a failover too; without a probe the plan says that no write proves it', async () => {
    const fake = fakeCluster();
    behindProxies(fake);
    const { plan } = await streamingFailover.propose({ cluster: LOST }, fake.view);
    expect(ids(plan)).toEqual(['fence', 'promote', 'routed', 'follows-pg3', 'written']);
    expect(plan.steps.find(({ id }) => id === 'routed')?.act?.act).toBe('tell-proxies');
    const bare = await streamingFailover.propose({ cluster: LOST }, fakeCluster().view);
    expect(ids(bare.plan)).toEqual(['fence', 'promote', 'follows-pg3']);
    expect(bare.plan.notes?.join(' ')).toContain('No write probe is configured');
  });

  it('reaches every state it waits for, with each guard as its step comes', async () => {
    const engine = await runbookEngine(streamingSwitchover, { cluster: LEDGER }, behindPoolers);
    await engine.clock.drive(engine.attempt());
    const { run } = engine.store.now();
    expect([run.state, run.why]).toEqual(['succeeded', undefined]);
    const order = engine.fake.done.filter((line) => /^(pause|service stop|promote|tell|resume) /.test(line));
    expect(order).toEqual([
      ...['pause lb1', 'pause lb2', 'service stop pg1', 'promote pg2', 'tell the proxies of pg2', 'resume lb1', 'resume lb2'],
    ]);
  });

  it('is never left paused by a run that ended, wherever its worker died', async () => {
    const typed = { cluster: LEDGER };
    const first = await runbookEngine(streamingSwitchover, typed, behindPoolers);
    const whole = mortal(0);
    await first.clock.drive(first.attempt(whole));
    for (let at = 1; at <= whole.points(); at += 1) {
      const made = await runbookEngine(streamingSwitchover, typed, behindPoolers);
      const life = mortal(at);
      const lost = made.attempt(life);
      await made.clock.drive(Promise.race([life.stopped, lost]));
      await made.clock.drive(made.attempt());
      const paused = made.fake.ledger.shown.poolers
        .flatMap(({ state }) => (state.ok ? state.value.databases : []))
        .filter((one) => one.paused);
      expect({ at, paused }).toEqual({ at, paused: [] });
      expect(made.fake.done.filter((line) => line.startsWith('promote')).length, `died at ${at}`).toBeLessThanOrEqual(1);
    }
  }, 60_000);
});

describe('a failover by a word alone', () => {
  it('leaves a debt that says so, until the old primary can not come back as one', async () => {
    const fake = fakeCluster();
    fake.lost.shown.servers.pg1 = { ok: false, why: 'no route to host', source: 'ssh', atMs: 0 };
    const { plan } = await streamingFailover.propose({ cluster: LOST, fencedBy: 'powered off' }, fake.view);
    const act = plan.steps.find(({ id }) => id === 'promote')?.act;
    expect(act && createActs(fake.hands).debt(act)).toMatchObject({
      id: 'unfenced pg1 of lost',
      release: { act: 'fence-primary' },
      gone: { state: 'no-second-primary', args: { member: 'pg1', timeline: 7 } },
    });
  });
});
