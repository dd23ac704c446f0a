import { describe, expect, it } from 'vitest';
import switchover from '../../runbooks/switchover.ts';
import { createActs } from '../../src/acts/all.ts';
import { createStates } from '../../src/states/all.ts';
import { type FakeCluster, fakeCluster, notRead, shownValue } from '../support/fake-cluster.ts';
import { withPoolers } from '../support/fake-poolers.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { mortal } from '../support/mortal.ts';
import { runbookEngine } from '../support/runbook-engine.ts';

const twoPoolers = (fake: FakeCluster) => withPoolers(fake, 'lb1', 'lb2');

async function planned(change: (fake: FakeCluster) => void = () => undefined, input: object = {}) {
  const fake = fakeCluster();
  twoPoolers(fake);
  change(fake);
  return { fake, ...(await switchover.propose({ cluster: CLUSTER, ...input }, fake.view)) };
}

describe('the plan of a switchover behind PgBouncer', () => {
  it('arms the timers before it pauses, and resumes once the proxies send writes to the new leader', async () => {
    const { plan } = await planned();
    expect(plan.steps.map(({ id }) => id)).toEqual([
      ...['checkpoint', 'caught-up', 'armed', 'paused', 'switchover', 'routed', 'resumed', 'rejoined', 'follows-pg3', 'archives'],
    ]);
    expect(plan.summary).toMatch(/Queries wait in PgBouncer for some seconds\.$/);
    expect(plan.checks.find(({ id }) => id === 'pooler-lb1')).toMatchObject({
      verdict: 'pass',
      says: 'PgBouncer on lb1 pools by transaction; 10 clients of app will wait',
    });
  });

  it('does none of that where people want no pause, and then asks nothing of the poolers', async () => {
    const silent = (fake: FakeCluster) => {
      for (const pooler of fake.shown.poolers) pooler.state = notRead();
    };
    const { plan, input } = await planned(silent, { withoutPause: true });
    expect(plan.steps.map(({ id }) => id)).not.toContain('paused');
    expect(plan.checks.map(({ id }) => id)).not.toContain('pooler-lb1');
    expect(input).toEqual({ cluster: CLUSTER, to: 'pg2', withoutPause: true });
  });

  it.each([
    [
      'session pooling',
      (fake: FakeCluster) => database(fake, { poolMode: 'session' }),
      /pools by session \(app\): PAUSE would wait/,
    ],
    ['a pause by somebody else', (fake: FakeCluster) => database(fake, { paused: true }), /app on lb1 is paused already/],
    [
      'a console that does not answer',
      (fake: FakeCluster) => {
        const [pooler] = fake.shown.poolers;
        if (pooler) pooler.state = notRead();
      },
      /can not be read, so it can not be paused/,
    ],
  ])('is blocked by %s, with the way without a pause', async (_case, change, says) => {
    const check = (await planned(change)).plan.checks.find(({ id }) => id === 'pooler-lb1');
    expect(check).toMatchObject({ verdict: 'block', hard: true, says: expect.stringMatching(says) });
    expect(check?.hint).toContain('--without-pause');
  });

  it('reaches every state it waits for, with each guard as its step comes', async () => {
    const { fake, plan } = await planned();
    const acts = createActs(fake.hands);
    const states = createStates();
    for (const { id, act, still = [], until } of plan.steps) {
      const guards = await Promise.all(still.map((guard) => states.judge(guard, fake.view, fake.now)));
      expect({ id, open: guards.filter(({ holds }) => !holds) }).toEqual({ id, open: [] });
      if (act) await acts.perform(act, { claim: `r1234567.${id}`, signal: new AbortController().signal });
      if (until) expect({ id, ...(await states.judge(until, fake.view, fake.now)) }).toMatchObject({ id, holds: true });
    }
    expect(fake.done.filter((line) => /pause|resume|switchover|arm/.test(line) && !line.startsWith('claim'))).toEqual([
      ...['arm lb1', 'arm lb2', 'pause lb1', 'pause lb2', 'switchover pg1 -> pg2', 'resume lb1', 'resume lb2'],
    ]);
  });
});

describe('a pause', () => {
  it('is taken back everywhere when one PgBouncer is not paused in time, and nothing is switched', async () => {
    const engine = await runbookEngine(switchover, { cluster: CLUSTER }, twoPoolers);
    engine.fake.busyPoolers.add('lb2');
    await engine.clock.drive(engine.attempt());
    const { run } = engine.store.now();
    expect(run).toMatchObject({ state: 'failed', why: expect.stringContaining('lb2: transactions were still open after 2 s') });
    expect(engine.fake.done).not.toContain('switchover pg1 -> pg2');
    expect(pausedIn(engine.fake)).toEqual([]);
  });

  it('is never left behind by a run that ended, wherever its worker died', async () => {
    const typed = { cluster: CLUSTER };
    const first = await runbookEngine(switchover, typed, twoPoolers);
    const whole = mortal(0);
    await first.clock.drive(first.attempt(whole));
    for (let at = 1; at <= whole.points(); at += 1) {
      const made = await runbookEngine(switchover, typed, twoPoolers);
      const life = mortal(at);
      const lost = made.attempt(life);
      await made.clock.drive(Promise.race([life.stopped, lost]));
      await made.clock.drive(made.attempt());
      expect({ at, paused: pausedIn(made.fake) }).toEqual({ at, paused: [] });
      const once = made.fake.done.filter((line) => line.startsWith('switchover'));
      expect(once.length, `died at ${at}`).toBeLessThanOrEqual(1);
    }
  }, 60_000);
});

function database(fake: FakeCluster, change: { poolMode?: string; paused?: boolean }): void {
  const [one] = shownValue(fake.shown.poolers[0]?.state).databases;
  if (one) Object.assign(one, change);
}

function pausedIn(fake: FakeCluster): readonly string[] {
  return fake.shown.poolers
    .filter(({ state }) => state.ok && state.value.databases.some(({ paused }) => paused))
    .map(({ name }) => name);
}
