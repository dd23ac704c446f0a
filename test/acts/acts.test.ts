import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import { checkpoint } from '../../src/acts/checkpoint.ts';
import { switchover } from '../../src/acts/switchover.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const context = (signal = new AbortController().signal) => ({ claim: 'r1234567.switchover', signal });
const move = switchover({ cluster: CLUSTER, leader: 'pg1', candidate: 'pg2', systemId: '7711123950511697988', timeline: 7 });

describe('acts', () => {
  it('says what may be repeated, so that nothing else decides it', () => {
    const acts = createActs(fakeCluster().hands);
    expect([acts.repeat('checkpoint'), acts.repeat('switchover')]).toEqual(['harmless', 'never']);
    expect(() => acts.repeat('drop-everything')).toThrow(/no act "drop-everything"/);
  });

  it('runs a checkpoint on the member by the closed command', async () => {
    const fake = fakeCluster();
    await createActs(fake.hands).perform(checkpoint(CLUSTER, 'pg1'), context());
    expect(fake.done).toEqual(['checkpoint pg1']);
  });

  it('claims on the old leader before it asks Patroni, tied to system and timeline, as Patroni compares only the name', async () => {
    const fake = fakeCluster();
    const told = await createActs(fake.hands).perform(move, context());
    expect(fake.done).toEqual(['claim pg1 r1234567.switchover.7711123950511697988.t7', 'switchover pg1 -> pg2']);
    expect(told.performed).toBe(true);
  });

  it('asks Patroni once however often it is performed, as a thawed worker would perform it again', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    const told = await Promise.all([1, 2, 3].map(() => acts.perform(move, context())));
    expect(fake.done.filter((line) => line.startsWith('switchover'))).toHaveLength(1);
    expect(told.filter(({ performed }) => performed)).toHaveLength(1);
    expect(told.find(({ performed }) => !performed)?.says).toMatch(/earlier attempt/);
  });

  it('asks nothing when the attempt was aborted while it claimed', async () => {
    const fake = fakeCluster();
    const aborted = AbortSignal.abort(new Error('the lock was lost'));
    await expect(createActs(fake.hands).perform(move, context(aborted))).rejects.toThrow('the lock was lost');
    expect(fake.done.some((line) => line.startsWith('switchover'))).toBe(false);
  });

  it('asks nothing when the claim took so long that the run may have ended meanwhile, as for a frozen worker', async () => {
    const fake = fakeCluster();
    const { hosts } = fake.hands;
    const frozen: typeof hosts.claim = (...of) => {
      fake.now += 60_000;
      return hosts.claim(...of);
    };
    const acts = createActs({ ...fake.hands, hosts: { ...hosts, claim: frozen } });
    await expect(acts.perform(move, context())).rejects.toThrow(/took 1 min, so Patroni was not asked/);
    expect(fake.done.some((line) => line.startsWith('switchover'))).toBe(false);
  });

  it('takes an unknown answer as no error: 503 says only that Patroni stopped waiting', async () => {
    const fake = fakeCluster();
    fake.behaviour = 'hangs';
    await expect(createActs(fake.hands).perform(move, context())).resolves.toMatchObject({ performed: true });
  });

  it('brings the lines of the leader that say why, when Patroni refuses', async () => {
    const fake = fakeCluster();
    fake.behaviour = 'refuses';
    fake.log =
      '2026-11-22T12:00:00+0000 pg1 patroni[1]: 2026-11-22 12:00:00,1 INFO: Member pg2 exceeds maximum replication lag\n';
    await expect(createActs(fake.hands).perform(move, context())).rejects.toMatchObject({
      kind: 'refusal',
      message: expect.stringMatching(/no good candidates have been found[\s\S]*Member pg2 exceeds maximum replication lag/),
    });
  });

  it('still says that Patroni refused when the log cannot be read', async () => {
    const fake = fakeCluster();
    fake.behaviour = 'refuses';
    const hosts = { ...fake.hands.hosts, run: () => Promise.reject(new Error('ssh is down')) };
    await expect(createActs({ ...fake.hands, hosts }).perform(move, context())).rejects.toThrow(/refused[\s\S]*ssh is down/);
  });

  it('explains a switchover that hangs by the old leader, and a checkpoint by nothing', async () => {
    const fake = fakeCluster();
    fake.log = 'WARNING: waiting for the archiver';
    const acts = createActs(fake.hands);
    expect(await acts.explain(move, fake.now, context().signal)).toEqual(['WARNING: waiting for the archiver']);
    expect(await acts.explain(checkpoint(CLUSTER, 'pg1'), fake.now, context().signal)).toEqual([]);
  });

  it('refuses stored arguments that do not fit, so that a broken store cannot steer a hand', async () => {
    const acts = createActs(fakeCluster().hands);
    const broken = { act: 'checkpoint', args: { cluster: 'billing', member: '--help; rm -rf /' } };
    await expect(acts.perform(broken, context())).rejects.toThrow(/member name/);
  });
});
