import { describe, expect, it } from 'vitest';
import slotDrop from '../../runbooks/slot-drop.ts';
import { createActs } from '../../src/acts/all.ts';
import type { SlotDetail } from '../../src/core/slot-detail.ts';
import { memberSlotName } from '../../src/core/slot-detail.ts';
import { createStates } from '../../src/states/all.ts';
import { dcsIn, type FakeCluster, fakeCluster, notRead } from '../support/fake-cluster.ts';
import { slot } from '../support/fake-closer.ts';
import { CLUSTER, NOW } from '../support/healthy-cluster.ts';

const typed = { cluster: CLUSTER, member: 'pg1', slot: 'leftover' };
const context = { claim: 'r1234567.drop', signal: new AbortController().signal };

/** The fake with this slot on pg1 in the place of `leftover`. */
function withSlot(name: string, more: Partial<SlotDetail> = {}, active = false): FakeCluster {
  const fake = fakeCluster();
  fake.closer.slots.pg1 = [slot(name, active, more)];
  return fake;
}

describe('the plan of dropping a slot', () => {
  it('says whose it is not, what it keeps, and pins it to where it stands', async () => {
    const { plan } = await slotDrop.propose(typed, fakeCluster().view);
    expect(plan.checks.map(({ verdict, says }) => `${verdict}: ${says}`)).toEqual([
      'pass: nobody uses leftover on pg1 now',
      "pass: leftover belongs neither to a member nor to Patroni's permanent slots",
      'warn: leftover keeps 1 MiB of WAL',
    ]);
    expect(plan.steps[0]?.act?.args).toEqual({ ...typed, kind: 'physical', restartLsn: '0/3000060' });
    expect(plan.risk).toBe('interrupts-writes');
  });

  it('takes a logical slot for a loss of data, with the reason', async () => {
    const fake = withSlot('cdc', { kind: 'logical', plugin: 'pgoutput', database: 'shop' });
    const { plan } = await slotDrop.propose({ ...typed, slot: 'cdc' }, fake.view);
    expect(plan.risk).toBe('can-lose-data');
    expect(plan.riskReason).toMatch(/changes that its consumer has not read are lost/);
  });

  it.each([
    ['one in use', withSlot('x', {}, true), 'in-use', true],
    ["a member's", withSlot('pg2'), 'owner', true],
    ['a temporary one', withSlot('x', { temporary: true }), 'temporary', true],
    ['a copy of the primary', withSlot('x', { synced: true, kind: 'logical' }), 'synced', true],
  ])('blocks hard for %s', async (_name, fake, id, hard) => {
    const { plan } = await slotDrop.propose({ ...typed, slot: fake.closer.slots.pg1?.[0]?.name }, fake.view);
    expect(plan.checks.find((one) => one.id === id)).toMatchObject({ verdict: 'block', hard });
  });

  it('blocks for a permanent slot of Patroni, and for any while the DCS cannot say', async () => {
    const fake = fakeCluster();
    dcsIn(fake).permanentSlots = ['leftover'];
    const { plan } = await slotDrop.propose(typed, fake.view);
    expect(plan.checks.find(({ id }) => id === 'owner')).toMatchObject({ verdict: 'block', hard: true });
    fake.shown.snapshot.dcs = notRead();
    const blind = await slotDrop.propose(typed, fake.view);
    expect(blind.plan.checks.find(({ id }) => id === 'owner')).toMatchObject({ verdict: 'block', hard: true });
  });

  it('blocks for what a run of ours still needs, until somebody overrides it', async () => {
    const fake = fakeCluster();
    const args = { cluster: CLUSTER, member: 'pg1', slot: 'leftover' };
    fake.closer.debts.push({
      ...{ id: 'slot', says: 'a slot', cluster: CLUSTER, run: 'r7654321', step: 'slot', sinceMs: NOW },
      ...{ release: { act: 'drop-slot', args }, gone: { state: 'slot-gone', args } },
    });
    const { plan } = await slotDrop.propose(typed, fake.view);
    expect(plan.checks.find(({ id }) => id === 'debt')).toMatchObject({ verdict: 'block', hard: false, says: /r7654321/ });
  });

  it('names the slots there are when it is none of them', async () => {
    await expect(slotDrop.propose({ ...typed, slot: 'leftove' }, fakeCluster().view)).rejects.toMatchObject({
      message: 'pg1 has no slot leftove',
      hint: expect.stringContaining('Did you mean leftover?'),
    });
  });
});

describe('dropping a slot', () => {
  it('does nothing to one that was used meanwhile, and says so when it was made anew', async () => {
    const fake = fakeCluster();
    const { plan } = await slotDrop.propose(typed, fake.view);
    const [step] = plan.steps;
    if (!step?.act || !step.until || !step.still?.[0]) throw new Error('the plan has no guarded act');
    const moved = fake.closer.slots.pg1?.find(({ name }) => name === 'leftover');
    if (moved) moved.restartLsn = '0/4000000';
    const states = createStates();
    expect(await states.judge(step.still[0], fake.view, fake.now)).toMatchObject({ why: expect.stringMatching(/it was used/) });
    await expect(createActs(fake.hands).perform(step.act, context)).rejects.toThrow(/did nothing/);
    expect(await states.judge(step.until, fake.view, fake.now)).toMatchObject({
      impossible: true,
      why: expect.stringMatching(/made it anew/),
    });
  });
});

it('knows the names that Patroni gives to slots of members', () => {
  expect(['pg1', 'PG-2.north', 'knöt'].map(memberSlotName)).toEqual(['pg1', 'pg_2_north', 'knu0246t']);
});
