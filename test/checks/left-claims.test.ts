import { describe, expect, it } from 'vitest';
import streamingFailover from '../../runbooks/streaming-failover.ts';
import streamingSwitchover from '../../runbooks/streaming-switchover.ts';
import { fakeCluster, notRead } from '../support/fake-cluster.ts';
import { LEDGER, LOST } from '../support/fake-streaming.ts';
import type { Loose } from '../support/healthy-cluster.ts';
import { memberOf } from '../support/lost-plain.ts';

const ID = 'promotion.7711123950511697988.t7.lost';

async function checkOf(
  book: typeof streamingFailover | typeof streamingSwitchover,
  cluster: string,
  claims: Record<string, string>,
) {
  const fake = fakeCluster();
  for (const [name, word] of Object.entries(claims)) fake.claims.set(`${name} ${ID}`, word);
  const { plan } = await book.propose({ cluster, to: 'pg2' }, fake.view);
  return plan.checks.find(({ id }) => id === 'left-claims');
}

describe('what an earlier failover has claimed', () => {
  it('blocks a switchover in its plan, and not only when it stops the primary, which could not be started again', async () => {
    expect(await checkOf(streamingSwitchover, LEDGER, {})).toMatchObject({ verdict: 'pass' });
    const check = await checkOf(streamingSwitchover, LEDGER, { pg3: 'promoting' });
    expect(check).toMatchObject({
      verdict: 'block',
      hard: true,
      says: expect.stringContaining('the promotion of pg3 without pg1'),
    });
    expect(check?.hint).toContain(`delete the folder /var/lib/trunkline/claims/${ID} on pg3`);
  });

  it('is looked for on the host of a member whose server is down, too: it may be the one that was promoted', async () => {
    const fake = fakeCluster();
    memberOf(fake, 'pg3').sql = notRead('connection refused') as Loose<ReturnType<typeof notRead>>;
    fake.claims.set(`pg3 ${ID}`, 'promoting');
    const { plan } = await streamingFailover.propose({ cluster: LOST, to: 'pg2' }, fake.view);
    expect(plan.checks.find(({ id }) => id === 'left-claims')).toMatchObject({
      ...{ verdict: 'block', hard: true },
      says: expect.stringContaining('the promotion of pg3 without pg1'),
    });
  });

  it.each<readonly [string, Record<string, string>, object]>([
    ['nobody', {}, { verdict: 'pass' }],
    ['the same standby: it is gone on with', { pg2: 'promoting' }, { verdict: 'warn' }],
    ['the same standby, by an owner who died before a word', { pg2: '' }, { verdict: 'warn' }],
    ['the same standby, with another word', { pg2: 'given up' }, { verdict: 'block', hard: true }],
    ['another standby: both could be promoted', { pg3: 'promoting' }, { verdict: 'block', hard: true }],
  ])('is told in the plan of a failover: %s', async (_case, claims, found) => {
    expect(await checkOf(streamingFailover, LOST, claims)).toMatchObject(found);
  });
});
