import { describe, expect, it } from 'vitest';
import streamingFailover from '../../runbooks/streaming-failover.ts';
import { createActs } from '../../src/acts/all.ts';
import type { StateData } from '../../src/core/plan.ts';
import { createStates } from '../../src/states/all.ts';
import { type FakeCluster, fakeCluster, shownValue } from '../support/fake-cluster.ts';
import { LOST } from '../support/fake-streaming.ts';
import { checkOf, type LostChange } from '../support/lost-plain.ts';

it.each([
  ['is gone', { process: 'no data directory', standbySignal: false }, 'there is no data directory'],
  ['is read-only', { isDataWritable: false }, 'its data directory is not writable'],
])('fence a host whose disk %s by a mask and a word: no standby.signal can be written there', async (_case, server, part) => {
  const broken: LostChange = ({ lost }) => void Object.assign(shownValue(lost.shown.servers.pg1), server);
  expect(await checkOf('fenced', broken)).toMatchObject({ verdict: 'block', hard: true, says: expect.stringContaining(part) });
  expect(await checkOf('fenced', broken, 'powered off')).toMatchObject({ verdict: 'warn' });
  const fake = fakeCluster();
  broken(fake);
  const { plan } = await streamingFailover.propose({ cluster: LOST, fencedBy: 'powered off' }, fake.view);
  const [fence] = plan.steps;
  if (!fence?.act || !fence.until) throw new Error('it does not fence');
  expect([plan.stated, fence.title]).toEqual(['pg1 is powered off', 'Keep pg1 from starting as a second primary: mask its unit']);
  await createActs(fake.hands).perform(fence.act, { claim: 'r1234567.fence', signal: new AbortController().signal });
  expect(fake.done).not.toContain('mark standby pg1');
  expect((await createStates().judge(fence.until, fake.view, fake.now)).holds).toBe(true);
});

describe('the fence of a failover without Patroni', () => {
  const context = { claim: 'r1234567.fence', signal: new AbortController().signal };
  const fenceOf = async (fake: FakeCluster) => {
    const { plan } = await streamingFailover.propose({ cluster: LOST, to: 'pg2' }, fake.view);
    const acts = createActs(fake.hands);
    const [fence, promotes] = plan.steps.map(({ act }) => act);
    if (!fence || !promotes) throw new Error('it has no acts');
    return { acts, fence, promotes, debt: acts.debt(fence) };
  };
  const stillThere = async (fake: FakeCluster, gone: StateData) => !(await createStates().judge(gone, fake.view, fake.now)).holds;

  it('changes nothing where a server runs after all: it marks first, which refuses then', async () => {
    const fake = fakeCluster();
    const { acts, fence } = await fenceOf(fake);
    Object.assign(shownValue(fake.lost.shown.servers.pg1), { process: 'running' });
    await expect(acts.perform(fence, context)).rejects.toThrow('a server runs on pg1');
    expect(fake.done).not.toContain('service mask pg1');
  });

  it('is a debt that is taken back while nobody was promoted', async () => {
    const fake = fakeCluster();
    const { acts, fence, debt } = await fenceOf(fake);
    if (!debt) throw new Error('the fence is no debt');
    await acts.perform(fence, context);
    expect(await stillThere(fake, debt.gone)).toBe(true);
    await acts.perform(debt.release, context);
    expect(await stillThere(fake, debt.gone)).toBe(false);
    expect(fake.done.filter((line) => line.startsWith('service start'))).toEqual([]);
  });

  it('is kept once a promotion was claimed, and no debt any more once somebody leads in its place', async () => {
    const fake = fakeCluster();
    const { acts, fence, promotes, debt } = await fenceOf(fake);
    if (!debt) throw new Error('the fence is no debt');
    await acts.perform(fence, context);
    await acts.perform(promotes, context);
    await expect(acts.perform(debt.release, context)).rejects.toThrow('the promotion of pg2 was claimed, so pg1 stays fenced');
    expect(await stillThere(fake, debt.gone)).toBe(false);
  });

  it('is no debt where part of it was there before: that is not ours to take away', async () => {
    const fake = fakeCluster();
    Object.assign(shownValue(fake.lost.shown.servers.pg1), { standbySignal: true });
    expect((await fenceOf(fake)).debt).toBeUndefined();
  });
});
