import { describe, expect, it } from 'vitest';
import command from '../../commands/reinit.ts';
import reinit from '../../runbooks/reinit.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead, shownValue } from '../support/fake-cluster.ts';
import { CLUSTER, MIB, WAL_LSN } from '../support/healthy-cluster.ts';
import { runbookEngine } from '../support/runbook-engine.ts';

type Change = (fake: FakeCluster) => unknown;
const TYPED = { cluster: CLUSTER, member: 'pg2', discard: 'pg2' };

async function planFor(change: Change = () => undefined, typed: object = TYPED) {
  const fake = fakeCluster();
  change(fake);
  return (await reinit.propose(typed, fake.view)).plan;
}
const silentSql: Change = (f) => Object.assign(memberIn(f, 'pg2').member, { sql: notRead('connection refused') });
/** pg2 was left behind on timeline 6, which ended at 48 MiB, with its own WAL up to `end`. */
const leftBehind =
  (end: number): Change =>
  (f) => {
    const { sql } = memberIn(f, 'pg2');
    Object.assign(sql, { timeline: 6, receiveLsn: end, replayLsn: end });
    delete sql.walReceiver;
    memberIn(f, 'pg1').sql.standbys.shift();
  };

/** A case, the check that judges it, one change of a healthy cluster, the verdict and a part of the sentence. */
const JUDGED: readonly (readonly [string, string, Change, 'pass' | 'warn' | 'block' | 'hard block', string])[] = [
  ['a replica that streams', 'holds-nothing', () => undefined, 'pass', 'all that it has came from there'],
  ['one that was left behind', 'holds-nothing', leftBehind(48 * MIB), 'pass', 'pg1 has it up to 0/3000000'],
  ['one with WAL of its own', 'holds-nothing', leftBehind(50 * MIB), 'block', '2 MiB past 0/3000000'],
  [
    ...(['one that only receives the timeline of the leader and looks like streaming', 'holds-nothing'] as const),
    (f) => Object.assign(memberIn(f, 'pg2').patroni, { timeline: 6 }),
    ...(['block', 'is not known: pg2 has come to timeline 7 but replays 6'] as const),
  ],
  [
    ...(['one whose Patroni does not say what it replays', 'holds-nothing'] as const),
    (f) => Reflect.deleteProperty(memberIn(f, 'pg2').patroni, 'timeline'),
    ...(['block', 'does not say which timeline it replays'] as const),
  ],
  [
    ...(['one on the same timeline that is ahead', 'holds-nothing'] as const),
    (f) => {
      memberIn(f, 'pg1').sql.standbys.shift();
      memberIn(f, 'pg2').sql.receiveLsn = WAL_LSN + MIB;
    },
    ...(['block', '1 MiB past'] as const),
  ],
  [
    ...(['one beside a drained one, which cannot lead', 'standbys-left'] as const),
    (f) => Object.assign(memberIn(f, 'pg3').patroni.tags, { nofailover: true, noloadbalance: true, nosync: true }),
    ...(['block', 'no other standby that may lead streams while pg2 is copied'] as const),
  ],
  [
    ...(['another database cluster', 'holds-nothing'] as const),
    (f) => Object.assign(memberIn(f, 'pg2').sql, { systemId: '1' }),
    ...(['block', 'belongs to another database cluster'] as const),
  ],
  ['one that is down', 'holds-nothing', silentSql, 'block', 'cannot be read (connection refused); it never led'],
  [
    ...(['a former leader that is down', 'holds-nothing'] as const),
    (f) => {
      silentSql(f);
      dcsIn(f).history.push({ timeline: 5, lsn: 1, reason: 'x', newLeader: 'pg2' });
    },
    ...(['block', 'it led last from timeline 6 on'] as const),
  ],
  [
    'a second primary',
    'holds-nothing',
    (f) => Object.assign(memberIn(f, 'pg2').sql, { inRecovery: false }),
    'hard block',
    'may take writes',
  ],
  [
    'Patroni silent',
    'member-patroni',
    (f) => Object.assign(memberIn(f, 'pg2').member, { patroni: notRead() }),
    'hard block',
    'does not answer',
  ],
  [
    'another copy',
    'one-copy',
    (f) => Object.assign(memberIn(f, 'pg3').patroni, { state: 'creating replica' }),
    'hard block',
    'pg3 is being copied',
  ],
  [
    ...(['a backup of the source', 'one-copy'] as const),
    (f) => shownValue(f.shown.activities.pg1).baseBackups.push({ pid: 9, phase: 'streaming' }),
    ...(['warn', 'pid 9 on pg1'] as const),
  ],
  [
    'no WAL sender left',
    'wal-senders',
    (f) => Object.assign(shownValue(f.shown.activities.pg1), { walSendersInUse: 10 }),
    'hard block',
    'pg1 has 0 WAL senders free',
  ],
  [
    ...(['a disk that is too small', 'room'] as const),
    (f) =>
      Object.assign(memberIn(f, 'pg2').member, {
        disk: { ...memberIn(f, 'pg2').member.disk, value: { data: { mount: '/data', sizeBytes: 300 * MIB, freeBytes: MIB } } },
      }),
    ...(['block', 'pg2 has 300 MiB on /data, 1 MiB of it free; pg1 uses 400 MiB'] as const),
  ],
  ['the last standby', 'standbys-left', (f) => memberIn(f, 'pg1').sql.standbys.pop(), 'block', 'and pg2 streams now'],
  [
    ...(['the only one that strict mode takes', 'standbys-left'] as const),
    (f) => {
      Object.assign(dcsIn(f).config, { synchronousMode: 'on', synchronousModeStrict: true });
      memberIn(f, 'pg1').sql.standbys.pop();
    },
    ...(['block', 'writes stop for the whole copy'] as const),
  ],
];

describe('the plan of a reinit', () => {
  it('says what is discarded, where the copy comes from, and takes its locks so that one copy runs at a time', async () => {
    const { plan, locks } = await reinit.propose(TYPED, fakeCluster().view);
    expect(plan.summary).toBe(
      'Discard the data directory of pg2 in billing and copy it anew. Writes go on; pg2 is away meanwhile.',
    );
    expect(plan.steps.map(({ title }) => title)).toEqual(['Copy the data of pg2 anew and wait until it streams']);
    expect(plan).toMatchObject({ risk: 'can-lose-data', riskReason: 'the data directory of pg2 is discarded' });
    expect(plan.notes[0]).toMatch(/400 MiB are used.*copied anew from pg1; nothing of it is kept/);
    expect(plan.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(locks.map(({ resource }) => resource)).toEqual(['copy:billing', 'member:billing/pg2', 'cluster:billing']);
  });

  it.each<readonly [string, object, RegExp]>([
    ['the leader', { cluster: CLUSTER, member: 'pg1', discard: 'pg1' }, /pg1 leads billing: a leader's data is never discarded/],
    ['a name typed once', { cluster: CLUSTER, member: 'pg2' }, /its name is typed twice/],
    ['two names', { cluster: CLUSTER, member: 'pg2', discard: 'pg3' }, /"pg3" was typed to discard, but pg2 would lose/],
    ['an unknown member', { cluster: CLUSTER, member: 'pgg2', discard: 'pgg2' }, /no member "pgg2"/],
  ])('is refused for %s', async (_case, typed, words) => {
    await expect(planFor(undefined, typed)).rejects.toThrow(words);
  });

  it.each(JUDGED)('judges %s', async (_case, id, change, expected, words) => {
    const check = (await planFor(change)).checks.find((one) => one.id === id);
    expect(check?.verdict === 'block' && check.hard ? 'hard block' : check?.verdict).toBe(expected);
    expect(check?.says).toContain(words);
  });

  it('copies from the member that is tagged for it', async () => {
    const plan = await planFor((f) => Object.assign(memberIn(f, 'pg3').patroni, { tags: { clonefrom: true } }));
    expect(plan.notes[0]).toMatch(/copied anew from pg3/);
  });

  it('lets Patroni end what it is doing on a member that does not start, and on no other', async () => {
    const force = async (change?: Change) => (await planFor(change)).steps[0]?.act?.args.force;
    expect([await force(), await force((f) => Object.assign(memberIn(f, 'pg2').patroni, { state: 'start failed' }))]).toEqual([
      false,
      true,
    ]);
  });
});

describe('a reinit', () => {
  it('ends with what the member does, and asks once', async () => {
    const made = await runbookEngine(reinit, TYPED);
    await made.clock.drive(made.attempt());
    const { run } = made.store.now();
    expect(run.report?.says).toBe('pg2 has a new copy of the data and streams from pg1 on timeline 7');
    expect(made.fake.done.filter((line) => line.startsWith('reinit'))).toEqual(['reinitialize pg2']);
  });

  it('does not begin once the member holds what the leader lacks', async () => {
    const made = await runbookEngine(reinit, TYPED);
    const { steps } = made.store.now().run.plan;
    expect(steps[0]?.still?.map(({ state }) => state)).toContain('holds-nothing');
    leftBehind(50 * MIB)(made.fake);
    await made.clock.drive(made.attempt());
    expect(made.store.now().run.state).toBe('stale');
    expect(made.fake.done).toEqual([]);
  });
});

describe('/pg reinit', () => {
  it('takes the name twice', () => {
    expect(command.parse(['billing', 'pg2', '--discard', 'pg2'])).toMatchObject({ does: 'start', input: TYPED });
    expect(() => command.parse(['billing'])).toThrow();
  });
});
