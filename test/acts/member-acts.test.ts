import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import { reinitialize } from '../../src/acts/reinitialize.ts';
import { reload } from '../../src/acts/reload.ts';
import { restart } from '../../src/acts/restart.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const context = (signal = new AbortController().signal) => ({ claim: 'r1234567.restart', signal });
const of = { cluster: CLUSTER, systemId: '7711123950511697988', timeline: 7 };
const again = restart({ ...of, member: 'pg2', role: 'replica', onlyPending: true });
const copy = reinitialize({ ...of, member: 'pg2', force: false });

describe('a restart and a reinit', () => {
  it('claim on the member itself before Patroni is asked, and ask with its guards', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    await acts.perform(again, context());
    await acts.perform(restart({ ...of, member: 'pg1', role: 'leader', onlyPending: false, startWithinS: 60 }), context());
    await acts.perform(reinitialize({ ...of, member: 'pg3', force: true }), context());
    expect(fake.done).toEqual([
      'claim pg2 r1234567.restart.7711123950511697988.t7',
      'restart pg2 replica pending',
      'claim pg1 r1234567.restart.7711123950511697988.t7',
      'restart pg1 60 s',
      'claim pg3 r1234567.restart.7711123950511697988.t7',
      'reinitialize pg3 force',
    ]);
  });

  it.each([
    ['restart', again],
    ['reinit', copy],
  ])('ask for a %s once however often they are performed', async (_what, act) => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    const told = await Promise.all([1, 2, 3].map(() => acts.perform(act, context())));
    expect(fake.done.filter((line) => line.startsWith('re'))).toHaveLength(1);
    expect(told.filter(({ performed }) => performed)).toHaveLength(1);
  });

  it('ask nothing when the attempt was aborted, or frozen so long that its run may have ended', async () => {
    const fake = fakeCluster();
    const { hosts } = fake.hands;
    const frozen: typeof hosts.claim = (...args) => {
      fake.now += 60_000;
      return hosts.claim(...args);
    };
    const aborted = AbortSignal.abort(new Error('the lock was lost'));
    await expect(createActs(fake.hands).perform(copy, context(aborted))).rejects.toThrow('the lock was lost');
    const acts = createActs({ ...fake.hands, hosts: { ...hosts, claim: frozen } });
    await expect(acts.perform(again, { ...context(), claim: 'r7654321.restart' })).rejects.toThrow(
      /took 1 min, so Patroni was not asked/,
    );
    expect(fake.done.some((line) => line.startsWith('re'))).toBe(false);
  });

  it.each([
    ['restart conditions are not satisfied', /its role is another one by now, or no restart is pending any more/],
    ['restarting after failure already in progress', /does one thing at a time/],
    ['Cluster has no leader, can not reinitialize', /nobody holds the leader key/],
    ['I am the leader, can not reinitialize', /a leader is never discarded/],
  ])('say what Patroni means by %j', async (text, words) => {
    const fake = fakeCluster();
    fake.answer = { meaning: 'refused', text };
    await expect(createActs(fake.hands).perform(again, context())).rejects.toMatchObject({
      kind: 'refusal',
      message: expect.stringMatching(words),
    });
  });

  it('take an unknown answer as no error, and bring the log of the member when they hang', async () => {
    const fake = fakeCluster();
    fake.answer = { meaning: 'unknown', text: 'postgres is still starting' };
    fake.log = 'ERROR: could not map anonymous shared memory';
    const acts = createActs(fake.hands);
    await expect(acts.perform(again, context())).resolves.toMatchObject({ performed: true });
    expect(await acts.explain(again, fake.now, context().signal)).toEqual(['ERROR: could not map anonymous shared memory']);
  });
});

describe('a reload', () => {
  it('may be repeated, claims nothing, and says why it was not done', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    await acts.perform(reload(CLUSTER, 'pg2'), context());
    expect([acts.repeat('reload'), fake.done]).toEqual(['harmless', ['reload pg2']]);
    fake.answer = { meaning: 'unknown', text: 'no answer within 1 min' };
    await expect(acts.perform(reload(CLUSTER, 'pg2'), context())).rejects.toThrow(/gave no answer to the reload/);
  });
});
