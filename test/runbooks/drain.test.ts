import { describe, expect, it } from 'vitest';
import command from '../../commands/drain.ts';
import drain from '../../runbooks/drain.ts';
import undrain from '../../runbooks/undrain.ts';
import { createActs } from '../../src/acts/all.ts';
import { createStates } from '../../src/states/all.ts';
import { judgeClients } from '../../src/states/clients-left.ts';
import { drained } from '../support/fake-closer.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn } from '../support/fake-cluster.ts';
import { CLUSTER, MIB, WAL_LSN } from '../support/healthy-cluster.ts';

const typed = { cluster: CLUSTER, member: 'pg2', waitMs: 120_000, keptMs: 3_600_000 };
const signal = new AbortController().signal;

/** Performs each step of a plan and expects its state to hold after it. */
async function walk(fake: FakeCluster, steps: Awaited<ReturnType<typeof drain.propose>>['plan']['steps']): Promise<void> {
  const acts = createActs(fake.hands);
  const states = createStates();
  for (const { id, act, still, until } of steps) {
    for (const guard of still ?? []) expect(await states.judge(guard, fake.view, fake.now)).toMatchObject({ holds: true });
    if (act) await acts.perform(act, { claim: `r1234567.${id}`, signal });
    if (until) expect({ id, ...(await states.judge(until, fake.view, fake.now)) }).toMatchObject({ id, holds: true });
  }
}

describe('the plan of a drain', () => {
  it('reads as what a person would say', async () => {
    const { plan } = await drain.propose(typed, fakeCluster().view);
    expect(plan.summary).toBe('Drain pg2 of billing for 1 h: no readers by HAProxy, no candidacy, not synchronous.');
    expect(plan.notes[0]).toMatch(/until somebody types `\/pg undrain billing pg2`: it never ends by itself/);
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Set nofailover, noloadbalance and nosync on pg2',
      'Wait until no HAProxy sends readers to pg2',
      'Wait at most 2 min for the clients of pg2 to leave',
    ]);
    expect(plan.checks.map(({ verdict, says }) => `${verdict}: ${says}`)).toEqual([
      'pass: pg3 can still take over from the leader',
      'pass: pg3 still takes readers',
      'pass: the leader does not wait for pg2 at a commit',
      'warn: 3 clients are connected to pg2, 1 of them at work',
    ]);
    expect(plan.risk).toBe('interrupts-nothing');
  });

  it('lets nobody drain the other replica meanwhile, as each of two plans made at once counts on the other one', async () => {
    const fake = fakeCluster();
    const locks = await Promise.all(
      ['pg2', 'pg3'].map(async (member) => (await drain.propose({ ...typed, member }, fake.view)).locks),
    );
    const [one = [], other = []] = locks.map((all) => all.filter(({ shared }) => !shared).map(({ resource }) => resource));
    expect(one.filter((resource) => other.includes(resource))).toEqual(['drain:billing']);
  });

  it('refuses the leader, whose clients no tag stops, and what somebody drained by hand', async () => {
    await expect(drain.propose({ ...typed, member: 'pg1' }, fakeCluster().view)).rejects.toMatchObject({
      message: expect.stringMatching(/pg1 leads billing/),
      hint: 'Switch over first: `/pg switchover billing`.',
    });
    const fake = fakeCluster();
    drained(fake);
    fake.closer.debts.pop();
    await expect(drain.propose(typed, fake.view)).rejects.toThrow(/not by a drain of Trunkline/);
    await expect(drain.propose({ ...typed, member: 'pg9' }, fake.view)).rejects.toThrow(/no member "pg9"/);
  });

  it('blocks, until somebody overrides it, where nobody is left to lead or to be read', async () => {
    const fake = fakeCluster();
    memberIn(fake, 'pg3').patroni.tags = { nofailover: true, noloadbalance: true };
    const { plan } = await drain.propose(typed, fake.view);
    for (const id of ['successor', 'readers'])
      expect(plan.checks.find((one) => one.id === id)).toMatchObject({ verdict: 'block', hard: false });
  });

  it('raises the risk where writes would stop: the only sync standby under strict mode', async () => {
    const fake = fakeCluster();
    const dcs = dcsIn(fake);
    dcs.config.synchronousMode = 'on';
    dcs.sync = { leader: 'pg1', standbys: ['pg2'] };
    const takes = await drain.propose(typed, fake.view);
    expect(takes.plan.checks.find(({ id }) => id === 'sync')).toMatchObject({ verdict: 'warn', hint: /takes pg3 instead/ });
    memberIn(fake, 'pg3').patroni.tags = { nosync: true };
    dcs.config.synchronousModeStrict = true;
    const { plan } = await drain.propose(typed, fake.view);
    expect(plan).toMatchObject({ risk: 'interrupts-writes', riskReason: /writes stop while it is drained/ });
  });
});

describe('a drain and its end', () => {
  it('takes back what a release drained that gave no names, as its debt may stand for days', async () => {
    const fake = fakeCluster();
    drained(fake);
    fake.closer.debts = fake.closer.debts.map((debt) => ({
      ...debt,
      release: { act: 'undrain', args: { cluster: CLUSTER, member: 'pg2' } },
    }));
    const { plan } = await undrain.propose({ cluster: CLUSTER, member: 'pg2' }, fake.view);
    expect(plan.steps[0]?.act).toMatchObject({ act: 'undrain', args: { drain: 'unnamed' } });
  });

  it('takes the member out of the pool, is a debt with a way back, and leaves everything as it was', async () => {
    const fake = fakeCluster();
    const { plan } = await drain.propose(typed, fake.view);
    await walk(fake, plan.steps);
    expect(memberIn(fake, 'pg2').patroni.tags).toMatchObject({ nofailover: true, noloadbalance: true, nosync: true });
    const debt = createActs(fake.hands).debt(plan.steps[0]?.act ?? { act: '', args: {} }, 'r1234567.tags');
    expect(debt).toMatchObject({
      id: 'drain billing pg2',
      kept: { forMs: 3_600_000, endBy: '/pg undrain billing pg2' },
      says: 'pg2 is drained: it takes no readers and cannot lead',
    });
    const states = createStates();
    if (!debt) throw new Error('a drain is a debt');
    expect(await states.judge(debt.gone, fake.view, fake.now)).toMatchObject({ holds: false });

    fake.closer.debts.push({ ...debt, cluster: CLUSTER, run: 'r1234567', step: 'tags', sinceMs: fake.now });
    const back = await undrain.propose({ cluster: CLUSTER, member: 'pg2' }, fake.view);
    await walk(fake, back.plan.steps);
    expect(memberIn(fake, 'pg2').patroni.tags).toMatchObject({ nofailover: false, noloadbalance: false, nosync: false });
    expect(await states.judge(debt.gone, fake.view, fake.now)).toMatchObject({ holds: true });
    expect(createActs(fake.hands).pays(back.plan.steps[0]?.act ?? { act: '', args: {} })).toEqual(['drain billing pg2']);
  });

  it('is not taken back by an undrain of an earlier drain that a frozen worker still does', async () => {
    const fake = fakeCluster();
    drained(fake);
    const late = (await undrain.propose({ cluster: CLUSTER, member: 'pg2' }, fake.view)).plan.steps[0]?.act;
    if (!late) throw new Error('an undrain is an act');
    const acts = createActs(fake.hands);
    await acts.perform(late, { claim: 'r2.tags', signal });
    fake.closer.debts.pop();
    const [first] = (await drain.propose(typed, fake.view)).plan.steps;
    if (!first?.act) throw new Error('a drain is an act');
    await acts.perform(first.act, { claim: 'r3.tags', signal });
    await expect(acts.perform(late, { claim: 'r2.tags', signal })).rejects.toThrow(/drained by another run/);
    expect(memberIn(fake, 'pg2').patroni.tags).toMatchObject({ nofailover: true });
  });

  it('is kept on by whoever asks again, with what the tags were before and without undoing it when that fails', async () => {
    const fake = fakeCluster();
    drained(fake);
    const { plan } = await drain.propose({ ...typed, keptMs: 7_200_000 }, fake.view);
    expect(plan.summary).toBe('Keep pg2 of billing drained for another 2 h, from now on as yours.');
    expect(plan.steps).toMatchObject([{ id: 'tags', until: { state: 'kept-drained' } }]);
    const debt = createActs(fake.hands).debt(plan.steps[0]?.act ?? { act: '', args: {} }, 'r1234567.tags');
    expect(debt).toMatchObject({ kept: { anyhow: true, forMs: 7_200_000 }, gone: { args: { tags: { nosync: false } } } });
    expect(debt?.release.args).toMatchObject({ drain: 'r1234567.tags' });
  });

  it('is not taken back while the member is behind, and not at all where it was not ours', async () => {
    const fake = fakeCluster();
    drained(fake);
    const [row] = memberIn(fake, 'pg1').sql.standbys;
    if (row) row.replayLsn = WAL_LSN - 20 * MIB;
    const { plan } = await undrain.propose({ cluster: CLUSTER, member: 'pg2' }, fake.view);
    expect(plan.checks).toMatchObject([{ id: 'streams', verdict: 'block', hard: false }]);
    await expect(undrain.propose({ cluster: CLUSTER, member: 'pg3' }, fake.view)).rejects.toThrow(/not drained by Trunkline/);
  });
});

describe('an undrain of a member that leads by now', () => {
  it('says that it leads, waits for no readers, and reports no HAProxy as wrong that sends it none', async () => {
    const fake = fakeCluster();
    drained(fake);
    fake.promote('pg2');
    const { plan, material } = await undrain.propose({ cluster: CLUSTER, member: 'pg2' }, fake.view);
    expect(plan.checks).toMatchObject([
      { id: 'streams', verdict: 'pass', says: expect.stringMatching(/pg2 is the primary now/) },
    ]);
    expect(plan.steps.map(({ id }) => id)).toEqual(['tags']);
    await walk(fake, plan.steps);
    const ended = { material, plan, journal: {}, snapshot: fake.facts().snapshot };
    const { lines } = undrain.conclude({ cluster: CLUSTER, member: 'pg2' }, ended) ?? { lines: [] };
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.map(({ sign }) => sign)).toEqual(lines.map(() => 'ok'));
    expect(lines[0]?.text).toMatch(/sends no readers to pg2 \(.*\), as it leads$/);
  });

  it('does not take its leader key for a proof', async () => {
    const fake = fakeCluster();
    drained(fake);
    fake.promote('pg2');
    memberIn(fake, 'pg2').sql.inRecovery = true;
    const { plan } = await undrain.propose({ cluster: CLUSTER, member: 'pg2' }, fake.view);
    expect(plan.checks).toMatchObject([{ verdict: 'block', hard: false, says: expect.stringMatching(/holds the leader key/) }]);
  });
});

describe('waiting for clients', () => {
  const clients = {
    connected: 3,
    active: 1,
    groups: [{ user: 'app', application: 'web', client: '10.0.0.5', sessions: 3, active: 1 }],
  };
  it('waits for them, then says who stays instead of undoing the drain', () => {
    expect(judgeClients('pg2', clients, 5000, 4000)).toMatchObject({
      holds: false,
      why: '3 clients, 1 of them at work: 3 of app (web) from 10.0.0.5',
    });
    expect(judgeClients('pg2', clients, 5000, 5000)).toMatchObject({
      holds: true,
      says: /stay on pg2: 3 of app \(web\) from 10\.0\.0\.5/,
    });
    expect(judgeClients('pg2', { connected: 0, active: 0, groups: [] }, 5000, 0)).toMatchObject({ holds: true });
  });
});

it('waits two minutes unless told otherwise', () => {
  expect(command.parse(['billing', 'pg2'])).toMatchObject({ input: { waitMs: 120_000, keptMs: 3_600_000 } });
  expect(command.parse(['billing', 'pg2', '--wait', '10m', '--for', '2h'])).toMatchObject({
    input: { waitMs: 600_000, keptMs: 7_200_000 },
  });
});
