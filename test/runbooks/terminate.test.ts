import { describe, expect, it } from 'vitest';
import command from '../../commands/terminate.ts';
import terminate from '../../runbooks/terminate.ts';
import { createActs } from '../../src/acts/all.ts';
import { endBackend } from '../../src/acts/end-backend.ts';
import { createStates } from '../../src/states/all.ts';
import { type FakeCluster, fakeCluster } from '../support/fake-cluster.ts';
import { STARTED_US } from '../support/fake-closer.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const typed = { cluster: CLUSTER, member: 'pg1', pid: 4242 };
const session = (fake: FakeCluster) => {
  const [found] = fake.closer.backends;
  if (!found) throw new Error('the fake has no session');
  return found;
};
const context = { claim: 'r1234567.terminate', signal: new AbortController().signal };

describe('the plan of ending a session', () => {
  it('names the session, what it holds up, and that PostgreSQL rolls back', async () => {
    const { plan, material, locks } = await terminate.propose(typed, fakeCluster().view);
    expect(plan.summary).toBe(
      'End session 4242 on pg1 of billing: app (reports) from 10.0.0.50. PostgreSQL rolls back what it has not committed.',
    );
    expect(plan.checks.map(({ verdict, says }) => `${verdict}: ${says}`)).toEqual([
      'pass: 4242 on pg1 is a client session of app (reports) from 10.0.0.50',
      'pass: it is idle in transaction, in its transaction for 12 min, 2 sessions wait for it',
      "pass: its last statement: UPDATE t SET a = '?'",
    ]);
    expect(plan.risk).toBe('interrupts-writes');
    expect(material).toEqual({ startedUs: STARTED_US, user: 'app', application: 'reports' });
    expect(locks).toEqual([{ resource: 'cluster:billing', shared: true }]);
  });

  it.each([
    ['a walsender', { kind: 'walsender' }, 'kind', true, /standby, a backup or a receiver/],
    ['a vacuum', { kind: 'autovacuum worker' }, 'kind', true, /start the same vacuum again/],
    ['a process of PostgreSQL', { kind: 'checkpointer' }, 'kind', true, /process of PostgreSQL itself/],
    ['our own', { isOurs: true }, 'own', true, /Trunkline's own/],
    ["Patroni's", { application: 'Patroni heartbeat' }, 'patroni', true, /healthy member can look dead/],
    ["a superuser's", { isSuperuser: true }, 'superuser', false, /superuser/],
    ['a backup', { application: 'pgBackRest [backup]' }, 'backup', false, /would fail/],
  ] as const)('blocks for %s', async (_name, change, id, hard, sentence) => {
    const fake = fakeCluster();
    Object.assign(session(fake), change);
    const { plan } = await terminate.propose(typed, fake.view);
    const check = plan.checks.find((one) => one.id === id);
    expect(check).toMatchObject({ verdict: 'block', hard });
    expect(check?.says).toMatch(sentence);
  });

  it('warns that an idle session holds nothing up', async () => {
    const fake = fakeCluster();
    Object.assign(session(fake), { state: 'idle', blocks: 0 });
    delete session(fake).transactionMs;
    const { plan } = await terminate.propose(typed, fake.view);
    expect(plan.checks.find(({ id }) => id === 'work')).toMatchObject({ verdict: 'warn' });
  });

  it('cancels a running statement only, and says what else to do where none runs', async () => {
    const fake = fakeCluster();
    const before = await terminate.propose({ ...typed, cancel: true }, fake.view);
    expect(before.plan.checks.find(({ id }) => id === 'work')).toMatchObject({ verdict: 'block', hard: true });
    session(fake).state = 'active';
    const { plan } = await terminate.propose({ ...typed, cancel: true }, fake.view);
    expect(plan.steps).toMatchObject([
      { id: 'cancel', act: { args: { queryStartedUs: STARTED_US + 5 } }, until: { state: 'statement-ended' } },
    ]);
  });

  it.each([
    ['disabled', /track_activities is off for it/],
    ['idle', /it has run none yet/],
  ])(
    'cancels nothing and ends no session in its place where the start of the statement is not known (%s)',
    async (state, why) => {
      const fake = fakeCluster();
      session(fake).state = state;
      delete session(fake).queryStartedUs;
      const asked = terminate.propose({ ...typed, cancel: true }, fake.view);
      await expect(asked).rejects.toMatchObject({
        message: expect.stringMatching(why),
        hint: expect.stringContaining('leave out'),
      });
      expect((await terminate.propose(typed, fake.view)).plan.steps).toMatchObject([{ id: 'terminate' }]);
    },
  );

  it('has nothing to do for a pid that nobody has', async () => {
    await expect(terminate.propose({ ...typed, pid: 5 }, fakeCluster().view)).rejects.toThrow(/no session 5 on pg1 now/);
  });
});

describe('ending a session', () => {
  it('leaves another session alone that has the pid by now', async () => {
    const fake = fakeCluster();
    const { plan } = await terminate.propose(typed, fake.view);
    const [step] = plan.steps;
    session(fake).startedUs += 1;
    const states = createStates();
    if (!step?.act || !step.until || !step.still?.[0]) throw new Error('the plan has no guarded act');
    expect(await states.judge(step.still[0], fake.view, fake.now)).toMatchObject({
      holds: false,
      why: expect.stringMatching(/ended by itself/),
    });
    await expect(createActs(fake.hands).perform(step.act, context)).rejects.toThrow(/no such session any more and did nothing/);
    expect(fake.closer.backends).toHaveLength(1);
    expect(await states.judge(step.until, fake.view, fake.now)).toMatchObject({ holds: true });
  });

  it('leaves the next statement of the session alone, which nobody has approved to cancel', async () => {
    const fake = fakeCluster();
    session(fake).state = 'active';
    const { plan } = await terminate.propose({ ...typed, cancel: true }, fake.view);
    const [step] = plan.steps;
    if (!step?.act || !step.still?.[0]) throw new Error('the plan has no guarded act');
    expect(await createStates().judge(step.still[0], fake.view, fake.now)).toMatchObject({ holds: true });
    session(fake).queryStartedUs = STARTED_US + 9_000_000;
    expect(await createStates().judge(step.still[0], fake.view, fake.now)).toMatchObject({ holds: false });
    await expect(createActs(fake.hands).perform(step.act, context)).rejects.toThrow(/did nothing/);
    expect(session(fake).state).toBe('active');
  });

  it('tells it once however often it is performed', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    const act = endBackend({ ...typed, startedUs: STARTED_US });
    const told = await Promise.all([1, 2, 3].map(() => acts.perform(act, context)));
    expect(told.filter(({ performed }) => performed)).toHaveLength(1);
    expect(fake.done.filter((line) => line.startsWith('terminate'))).toEqual(['terminate backend pg1']);
  });
});

describe('/pg terminate', () => {
  it('wants a reason and a pid', () => {
    expect(command.parse(['billing', 'pg1', '4242', '--reason', 'it blocks'])).toMatchObject({
      input: { ...typed, cancel: false },
    });
    expect(() => command.parse(['billing', 'pg1', '4242'])).toThrow(/reason/);
    for (const pid of ['0', '-1', '99999999', '4e3', '1; drop'])
      expect(() => command.parse(['billing', 'pg1', pid, '--reason', 'x'])).toThrow();
  });
});
