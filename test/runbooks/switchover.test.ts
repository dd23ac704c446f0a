import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import command from '../../commands/switchover.ts';
import switchover from '../../runbooks/switchover.ts';
import { createActs } from '../../src/acts/all.ts';
import { planHash } from '../../src/core/plan-hash.ts';
import { createStates } from '../../src/states/all.ts';
import { dcsIn, fakeCluster, memberIn, shownValue } from '../support/fake-cluster.ts';
import { CLUSTER, MIB, WAL_LSN } from '../support/healthy-cluster.ts';

describe('the plan of a switchover', () => {
  it('reads as what a person would say at 3 a.m.', async () => {
    const { plan, input, locks, material } = await switchover.propose({ cluster: CLUSTER }, fakeCluster().view);
    expect(plan.summary).toBe('Switch billing over from pg1 to pg2: timeline 7 -> 8. Writes stop for some seconds.');
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Checkpoint pg1, so that its shutdown is quick',
      'Wait until pg2 has caught up with pg1',
      'Switch over pg1 -> pg2',
      'Wait for the proxies to send writes to pg2',
      'Wait for pg1 to stream from pg2',
      'Wait for pg3 to stream from pg2',
      'Wait for pg2 to archive WAL',
    ]);
    expect(plan.risk).toBe('interrupts-writes');
    expect(input).toEqual({ cluster: CLUSTER, to: 'pg2' });
    expect(locks).toEqual([{ resource: 'cluster:billing', shared: false }]);
    expect(material).toEqual({ systemId: '7711123950511697988', leader: 'pg1', timeline: 7, members: ['pg1', 'pg2', 'pg3'] });
  });

  it('leaves out what the cluster does not have', async () => {
    const fake = fakeCluster();
    fake.shown.snapshot.proxies = [];
    delete fake.shown.snapshot.vip;
    memberIn(fake, 'pg1').sql.archiver = { mode: 'off', archivedCount: 0, failedCount: 0 };
    memberIn(fake, 'pg1').sql.standbys.pop();
    const { plan } = await switchover.propose({ cluster: CLUSTER }, fake.view);
    expect(plan.steps.map(({ id }) => id)).toEqual(['checkpoint', 'caught-up', 'switchover', 'rejoined']);
  });

  it('is the same for the same facts, and its steps hold nothing that moves', () => {
    fc.assert(
      fc.property(fc.nat(MIB), fc.nat(10 * MIB), fc.nat(60_000), (lag, wal, later) => {
        const fake = fakeCluster();
        const [row] = memberIn(fake, 'pg1').sql.standbys;
        if (row) row.replayLsn = WAL_LSN - lag;
        shownValue(fake.shown.activities.pg1).walSinceCheckpointBytes = wal;
        const facts = fake.facts();
        const input = { cluster: CLUSTER, to: 'pg2' };
        const plan = switchover.planOf(input, facts);
        expect(switchover.planOf(input, structuredClone(facts))).toEqual(plan);
        const moved = switchover.planOf(input, { ...fakeCluster().facts(), atMs: facts.atMs + later });
        expect(hash(moved)).toBe(hash(plan));
      }),
    );
  });

  it('has another hash when the leader, the timeline or a step is another', async () => {
    const fake = fakeCluster();
    const before = switchover.planOf({ cluster: CLUSTER, to: 'pg3' }, fake.facts());
    fake.promote('pg2');
    dcsIn(fake).history = [];
    expect(hash(switchover.planOf({ cluster: CLUSTER, to: 'pg3' }, fake.facts()))).not.toBe(hash(before));
  });
});

describe('a switchover on a cluster that works', () => {
  it('passes its own guards, asks once, and reaches every state it waits for', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    const states = createStates();
    const { plan } = await switchover.propose({ cluster: CLUSTER }, fake.view);
    for (const { id, act, still, until } of plan.steps) {
      for (const guard of still ?? []) expect(await states.judge(guard, fake.view, fake.now)).toMatchObject({ holds: true });
      if (act) await acts.perform(act, { claim: `r1234567.${id}`, signal: new AbortController().signal });
      if (until) expect({ id, ...(await states.judge(until, fake.view, fake.now)) }).toMatchObject({ id, holds: true });
    }
    expect(fake.done.filter((line) => line.startsWith('switchover'))).toEqual(['switchover pg1 -> pg2']);
  });

  it('has nothing to do for the same candidate afterwards, and says so', async () => {
    const fake = fakeCluster();
    fake.promote('pg2');
    await expect(switchover.propose({ cluster: CLUSTER, to: 'pg2' }, fake.view)).rejects.toThrow(
      /pg2 already leads billing: nothing to do/,
    );
  });
});

describe('/pg switchover', () => {
  it('starts the runbook with what was typed, and keeps the reason for the audit', () => {
    expect(command.parse(['billing', '--to', 'pg2', '--reason', 'kernel update'])).toMatchObject({
      does: 'start',
      cluster: 'billing',
      reason: 'kernel update',
      input: { cluster: 'billing', to: 'pg2' },
    });
    expect(command.parse(['billing'])).toMatchObject({ input: { cluster: 'billing' } });
  });

  it.each([['billing; rm -rf /'], ['<!channel>'], ['$(reboot)'], ['x'.repeat(10_000)], ['\u202Egnillib']])(
    'refuses %j as a cluster',
    (word) => {
      expect(() => command.parse([word])).toThrow();
    },
  );
});

function hash(plan: ReturnType<typeof switchover.planOf>): string {
  return planHash({ runbook: 'switchover', digest: '', input: {}, material: {}, plan });
}
