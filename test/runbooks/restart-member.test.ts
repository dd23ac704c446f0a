import { describe, expect, it } from 'vitest';
import { planHash } from '../../src/core/plan-hash.ts';
import { dcsIn, type FakeCluster, memberIn, notRead, restartIn, shownValue } from '../support/fake-cluster.ts';
import { type Change, lowered, planFor, raised } from '../support/restart-world.ts';

/** A case, the check that judges it, one change of a healthy cluster, the verdict and a part of the sentence. */
const JUDGED: readonly (readonly [string, string, Change, 'warn' | 'block' | 'hard block', string])[] = [
  [
    'Patroni silent',
    'pg2-answers',
    (f) => Object.assign(memberIn(f, 'pg2').member, { patroni: notRead() }),
    'hard block',
    'does not answer',
  ],
  [
    'start failed',
    'pg2-answers',
    (f) => Object.assign(memberIn(f, 'pg2').patroni, { state: 'start failed' }),
    'hard block',
    "'start failed'",
  ],
  [
    'SQL silent',
    'pg2-answers',
    (f) => Object.assign(memberIn(f, 'pg2').member, { sql: notRead() }),
    'hard block',
    'could not be proven',
  ],
  ['not streaming', 'pg2-streaming', (f) => memberIn(f, 'pg1').sql.standbys.shift(), 'block', 'does not stream from pg1'],
  [
    'a backup from it',
    'pg2-backup',
    (f) => activity(f, 'pg2').baseBackups.push({ pid: 9, phase: 'streaming' }),
    'block',
    'pid 9',
  ],
  [
    ...(['a long report on it', 'pg2-readers'] as const),
    (f) => activity(f, 'pg2').longTransactions.push({ pid: 7, user: 'bi', application: '', ageMs: 60_000, state: 'active' }),
    ...(['warn', '12 client connections of pg2 are cut off, with pid 7 of bi (1 min)'] as const),
  ],
  ['the only standby', 'pg2-others', (f) => memberIn(f, 'pg1').sql.standbys.pop(), 'warn', 'nobody could take over'],
  ['no quorum', 'etcd-quorum', (f) => f.shown.snapshot.etcd.splice(0, 2, ...silentEtcd(f)), 'hard block', '1 of 3'],
  [
    'failsafe',
    'no-failsafe',
    (f) => Object.assign(memberIn(f, 'pg1').patroni, { failsafeActive: true }),
    'hard block',
    'failsafe mode',
  ],
  [
    ...(['a switchover under way', 'no-other-switchover'] as const),
    (f) => Object.assign(dcsIn(f), { failover: { leader: 'pg1' } }),
    ...(['hard block', 'under way'] as const),
  ],
  [
    ...(['a restart scheduled', 'no-scheduled-restart'] as const),
    (f) => Object.assign(memberIn(f, 'pg3').patroni, { scheduledRestart: '2026-11-23T03:00:00+00:00' }),
    ...(['block', 'pg3 at 2026-11-23'] as const),
  ],
  ['two primaries', 'one-leader', (f) => Object.assign(memberIn(f, 'pg3').sql, { inRecovery: false }), 'hard block', 'split'],
  ['lowered too early', 'shared-memory-order', lowered, 'warn', 'pg1 still has the old value'],
];

describe('the plan for one member', () => {
  it('raises the risk when writes stop without it, and says why', async () => {
    const plan = await planFor({ member: 'pg2' }, (fake) => {
      Object.assign(dcsIn(fake).config, { synchronousMode: 'on', synchronousModeStrict: true });
      memberIn(fake, 'pg1').sql.standbys.pop();
    });
    expect(plan).toMatchObject({ risk: 'interrupts-writes', riskReason: expect.stringContaining('synchronous mode is strict') });
    const byHand = await planFor({ member: 'pg2' }, (fake) => {
      const { sql } = memberIn(fake, 'pg1');
      sql.synchronousStandbyNames = 'pg2';
      for (const row of sql.standbys) row.syncState = row.name === 'pg2' ? 'sync' : 'async';
    });
    expect(byHand.riskReason).toMatch(/pg1 waits for pg2 at each commit/);
  });

  it.each<readonly [string, object, Change, RegExp]>([
    ['an unknown name', { member: 'pgg2' }, () => undefined, /no member "pgg2"/],
    ['neither a member nor --pending', {}, () => undefined, /does not say what to restart/],
    ['both', { member: 'pg2', pending: true }, () => undefined, /do not go together/],
    ['nothing pending', { pending: true }, () => undefined, /no restart is pending on any member/],
    ['no leader', { member: 'pg2' }, (fake) => delete dcsIn(fake).leader, /has no leader/],
    [
      'a standby cluster',
      { member: 'pg2' },
      (fake) => Object.assign(dcsIn(fake).config, { standbyCluster: true }),
      /is a standby cluster/,
    ],
  ])('is refused for %s', async (_case, typed, change, words) => {
    await expect(planFor(typed, change)).rejects.toThrow(words);
  });

  it.each(JUDGED)('judges %s', async (_case, id, change, expected, words) => {
    const plan = await planFor({ member: 'pg2' }, change);
    const check = plan.checks.find((one) => one.id === id);
    expect(check?.verdict === 'block' && check.hard ? 'hard block' : check?.verdict).toBe(expected);
    expect(check?.says).toContain(words);
  });

  it('blocks the leader alone when the standbys would then have less than it', async () => {
    const plan = await planFor({ member: 'pg1' }, raised);
    const check = plan.checks.find(({ id }) => id === 'shared-memory-order');
    expect(check).toMatchObject({ verdict: 'block', says: expect.stringContaining('pg2 and pg3 has less') });
  });

  it('is another plan once somebody else restarted the member', async () => {
    const hash = (plan: Awaited<ReturnType<typeof planFor>>) =>
      planHash({ runbook: 'restart', digest: '', input: {}, material: {}, plan });
    const before = await planFor({ member: 'pg2' });
    expect(hash(await planFor({ member: 'pg2' }))).toBe(hash(before));
    expect(hash(await planFor({ member: 'pg2' }, (fake) => restartIn(fake, 'pg2')))).not.toBe(hash(before));
  });
});

const activity = (fake: FakeCluster, name: string) => shownValue(fake.shown.activities[name]);

function silentEtcd(fake: FakeCluster) {
  return fake.shown.snapshot.etcd.slice(0, 2).map(({ endpoint }) => ({ endpoint, health: notRead() }));
}
