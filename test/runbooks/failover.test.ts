import { describe, expect, it } from 'vitest';
import command from '../../commands/failover.ts';
import failover from '../../runbooks/failover.ts';
import { createActs } from '../../src/acts/all.ts';
import { createStates } from '../../src/states/all.ts';
import { loseLeader, seenAs } from '../support/dead-leader.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { CLUSTER, MIB, WAL_LSN } from '../support/healthy-cluster.ts';

type Change = (fake: FakeCluster) => void;

async function planned(change: Change = () => undefined, input: object = {}) {
  const fake = fakeCluster();
  loseLeader(fake);
  change(fake);
  return { fake, ...(await failover.propose({ cluster: CLUSTER, ...input }, fake.view)) };
}

describe('the plan of a failover', () => {
  it('promotes the member that holds the most, and says what is lost at least', async () => {
    const { plan, input, material, locks } = await planned();
    expect(plan.summary).toBe('Fail billing over from the lost pg1 to pg2: timeline 7 -> 8. Writes that only pg1 has are lost.');
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Promote pg2 without pg1',
      'Wait for the proxies to send writes to pg2',
      'Wait for pg3 to stream from pg2',
    ]);
    expect(input).toEqual({ cluster: CLUSTER, to: 'pg2' });
    expect(plan.risk).toBe('can-lose-data');
    expect(locks).toEqual([{ resource: 'cluster:billing', shared: false }]);
    expect(material).toMatchObject({ leader: 'pg1', timeline: 7, lastKnownLsn: WAL_LSN + MIB, standbys: ['pg2', 'pg3'] });
    expect(plan.checks.filter(({ verdict }) => verdict === 'block')).toEqual([]);
    expect(plan.checks.find(({ id }) => id === 'bytes-at-risk')?.says).toBe(
      'at least 1 MiB of WAL are lost with pg2, plus what pg1 wrote after its last report: up to 30 s of writes',
    );
  });

  it('runs on a cluster that works as it should, and asks once', async () => {
    const { fake, plan } = await planned();
    const acts = createActs(fake.hands);
    const states = createStates();
    for (const { id, act, still, until } of plan.steps) {
      for (const guard of still ?? []) expect(await states.judge(guard, fake.view, fake.now)).toMatchObject({ holds: true });
      if (act) await acts.perform(act, { claim: `r1234567.${id}`, signal: new AbortController().signal });
      if (until) expect({ id, ...(await states.judge(until, fake.view, fake.now)) }).toMatchObject({ id, holds: true });
    }
    expect(fake.done).toEqual(['claim pg2 r1234567.failover.7711123950511697988.t7', 'failover to pg2']);
  });

  it('reports what is lost at least, and what to do with the old leader', async () => {
    const { fake, material, plan } = await planned();
    fake.promote('pg2');
    const ended = { material: material, plan, journal: {}, snapshot: fake.shown.snapshot };
    const { says, lines } = failover.conclude({ cluster: CLUSTER, to: 'pg2' }, ended) ?? { says: '', lines: [] };
    expect(says).toBe('pg2 leads billing on timeline 8; before it was pg1 on timeline 7');
    expect(lines.map(({ text }) => text)).toEqual([
      'At least 1 MiB of WAL were lost: pg1 had reported 0/4100000, the new timeline begins at 0/4000000; what pg1 wrote after its last report is not known',
      'pg3 streams from pg2',
      'pg1 is still away; when its host is back: `/pg rebuild billing pg1` says whether a rewind is enough, and keeps what only it had',
      'Patroni of billing is still paused: the next loss of a leader needs a person again',
      'Take a fresh full backup soon: a restore across the change of the timeline is the less tested way',
    ]);
  });

  it('keeps what a person states apart, so that it is shown with their name and audited', async () => {
    expect((await planned(undefined, { fencedBy: 'powered off' })).plan.stated).toBe('pg1 is powered off');
    expect((await planned()).plan.stated).toBeUndefined();
  });

  it('has nobody to promote when no standby answers, and says why of each', async () => {
    const silent: Change = (fake) => {
      for (const name of ['pg2', 'pg3']) Object.assign(memberIn(fake, name).member, { sql: notRead(), patroni: notRead() });
      dcsIn(fake).history.push({ timeline: 7, lsn: WAL_LSN, reason: 'x', newLeader: 'pg1' });
    };
    await expect(planned(silent)).rejects.toThrow(
      /no member of billing can take over from pg1. pg2: its Patroni does not answer/,
    );
  });

  it('stops before it promotes when the leader shows itself between approval and promotion', async () => {
    const { fake, plan } = await planned();
    seenAs(fake, { postgres: 'accepts', rest: 'answers' });
    const states = createStates();
    const guards = await Promise.all((plan.steps[0]?.still ?? []).map((guard) => states.judge(guard, fake.view, fake.now)));
    expect(guards.filter(({ holds }) => !holds)).toMatchObject([{ why: expect.stringContaining('pg1 lives') }]);
  });
});

describe('/pg failover', () => {
  it('takes a member, the statement and the name of the cluster once more', () => {
    expect(
      command.parse(['billing', 'pg2', '--confirm', 'billing', '--fenced-by', 'powered off', '--reason', 'dead']),
    ).toMatchObject({ cluster: 'billing', reason: 'dead', input: { cluster: 'billing', to: 'pg2', fencedBy: 'powered off' } });
  });

  it.each([[['billing']], [['billing', '--confirm', 'orders']]])('refuses %j, as its slip would lose data', (words) => {
    expect(() => command.parse(words)).toThrow(/its name must be typed once more/);
  });
});
