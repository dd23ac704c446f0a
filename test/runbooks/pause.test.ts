import { describe, expect, it } from 'vitest';
import command from '../../commands/pause.ts';
import resumeCommand from '../../commands/resume.ts';
import pause from '../../runbooks/pause.ts';
import reinit from '../../runbooks/reinit.ts';
import resume from '../../runbooks/resume.ts';
import { createActs } from '../../src/acts/all.ts';
import type { Check } from '../../src/core/check.ts';
import { judgePaused } from '../../src/states/paused.ts';
import { judgeResumed } from '../../src/states/resumed.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { setPaused } from '../support/fake-shown.ts';
import { CLUSTER, NOW, sqlOf } from '../support/healthy-cluster.ts';

const HOURS_2 = 7_200_000;
const plan = async (fake: FakeCluster) => (await pause.propose({ cluster: CLUSTER, forMs: HOURS_2 }, fake.view)).plan;
const checkOf = (checks: readonly Check[], id: string) => checks.find((check) => check.id === id);
const asPrimary = (fake: FakeCluster, name: string) =>
  Object.assign(memberIn(fake, name).sql, structuredClone(sqlOf(name, name, 7, '7711123950511697988')));

describe('the plan of a pause', () => {
  it('says for how long, what does not work meanwhile, and that it never ends by itself', async () => {
    const { summary, notes, steps, risk } = await plan(fakeCluster());
    expect(summary).toBe('Pause Patroni of billing for 2 h.');
    expect(notes.join(' ')).toMatch(/scheduled switchovers and restarts wait.*watchdog is off|watchdog is off.*wait/);
    expect(notes.join(' ')).toContain('`/pg resume billing`: it never resumes by itself');
    expect(steps.map(({ title }) => title)).toEqual(['Pause Patroni of billing']);
    expect(risk).toBe('interrupts-nothing');
  });

  it.each<[string, string, string, (fake: FakeCluster) => void]>([
    ['passes on a cluster that works', 'has-primary', 'pass', () => undefined],
    ['blocks without a leader, as nobody would be elected', 'has-primary', 'block', (fake) => delete dcsIn(fake).leader],
    ['blocks with two primaries', 'has-primary', 'block', (fake) => asPrimary(fake, 'pg2')],
    [
      'blocks while a switchover is under way',
      'no-switchover-under-way',
      'block',
      (fake) => (dcsIn(fake).failover = { leader: 'pg1', candidate: 'pg2' }),
    ],
    [
      'warns of a copy that goes on, which Patroni starts only when it is resumed',
      'all-run',
      'warn',
      (fake) => (memberIn(fake, 'pg3').patroni.state = 'creating replica'),
    ],
    [
      'warns of a scheduled switchover, which is suspended',
      'nothing-scheduled',
      'warn',
      (fake) => (dcsIn(fake).failover = { leader: 'pg1', scheduledAt: '2026-11-30T02:00:00+00:00' }),
    ],
    [
      'warns of a scheduled restart',
      'nothing-scheduled',
      'warn',
      (fake) => (memberIn(fake, 'pg2').patroni.scheduledRestart = '2026-11-30T02:00:00+00:00'),
    ],
    ['blocks in failsafe mode', 'no-failsafe', 'block', (fake) => (memberIn(fake, 'pg1').patroni.failsafeActive = true)],
    [
      'warns of a member that can show nothing',
      'members-answer',
      'warn',
      (fake) => (memberIn(fake, 'pg3').member.patroni = notRead()),
    ],
  ])('%s', async (_, id, verdict, change) => {
    const fake = fakeCluster();
    change(fake);
    expect(checkOf((await plan(fake)).checks, id)).toMatchObject({ verdict });
  });

  it('refuses a cluster without Patroni, and one whose DCS or whose Patroni does not answer', async () => {
    const plain = fakeCluster();
    plain.shown.snapshot.cluster.mode = 'streaming';
    await expect(plan(plain)).rejects.toThrow(/not run by Patroni/);
    const blind = fakeCluster();
    blind.shown.snapshot.dcs = notRead();
    await expect(plan(blind)).rejects.toThrow(/the DCS of billing cannot be read/);
    const silent = fakeCluster();
    for (const member of silent.shown.snapshot.members) member.patroni = notRead();
    await expect(plan(silent)).rejects.toThrow(/no Patroni of billing answers/);
  });

  it('gives a pause that is there already an owner and an end, and takes nothing away when it fails', async () => {
    const fake = fakeCluster();
    setPaused(fake, true);
    const { summary, steps } = await plan(fake);
    expect(summary).toBe('Keep billing paused for another 2 h, from now on as yours.');
    const [step] = steps;
    const debt = step?.act && createActs(fake.hands).debt(step.act);
    expect(debt).toMatchObject({ id: 'pause billing', kept: { forMs: HOURS_2, anyhow: true } });
  });

  it('takes 1 minute to 7 days', () => {
    expect(() => command.parse(['billing', '--for', '30s', '--reason', 'x'])).toThrow(/1m to 7d/);
    expect(() => command.parse(['billing', '--for', '8d', '--reason', 'x'])).toThrow(/1m to 7d/);
    expect(() => command.parse(['billing', '--for', '2h'])).toThrow(/reason is missing/);
    expect(command.parse(['billing', '--for', '2h', '--reason', 'x'])).toMatchObject({
      input: { cluster: 'billing', forMs: HOURS_2 },
    });
  });
});

describe('that a cluster is paused', () => {
  const kept = { kept: { forMs: HOURS_2, endBy: '', keepBy: '' }, sinceMs: NOW };

  it('needs the DCS, every member that answers, and somebody who owns it', () => {
    const fake = fakeCluster();
    const judge = (debts = [kept]) => judgePaused(fake.shown.snapshot, debts, NOW);
    expect(judge()).toMatchObject({ holds: false, why: 'Patroni of billing is not paused in the DCS' });
    dcsIn(fake).config.paused = true;
    memberIn(fake, 'pg1').patroni.paused = true;
    expect(judge()).toMatchObject({ holds: false, why: 'pg2 and pg3 are not paused yet' });
    setPaused(fake, true);
    expect(judge([])).toMatchObject({ holds: false, why: expect.stringContaining('nobody has taken that pause on') });
    expect(judge([{ ...kept, sinceMs: NOW - 1 }])).toMatchObject({ holds: false });
    memberIn(fake, 'pg3').member.patroni = notRead();
    expect(judge()).toEqual({ holds: true, says: 'pg1, pg2 are paused (pg3 does not answer)' });
  });

  it('and that it goes on, is seen at the members too', () => {
    const fake = fakeCluster();
    setPaused(fake, true);
    dcsIn(fake).config.paused = false;
    memberIn(fake, 'pg2').patroni.paused = false;
    expect(judgeResumed(fake.shown.snapshot)).toMatchObject({ holds: false, why: 'pg1 and pg3 still say paused' });
    setPaused(fake, false);
    expect(judgeResumed(fake.shown.snapshot)).toMatchObject({ holds: true });
  });
});

describe('the plan of a resume', () => {
  it('is not kept from its cluster by a copy of hours, while nobody takes over', async () => {
    const { view } = fakeCluster();
    const copy = (await reinit.propose({ cluster: CLUSTER, member: 'pg2', discard: 'pg2' }, view)).locks;
    const { locks } = await resume.propose({ cluster: CLUSTER }, view);
    const inTheWay = locks.filter(({ resource, shared }) =>
      copy.some((held) => held.resource === resource && !(shared && held.shared)),
    );
    expect(inTheWay).toEqual([]);
  });

  const planned = async (change: (fake: FakeCluster) => void = () => undefined) => {
    const fake = fakeCluster();
    setPaused(fake, true);
    change(fake);
    return (await resume.propose({ cluster: CLUSTER }, fake.view)).plan;
  };

  it('says that nothing will change where nothing will', async () => {
    const { notes, risk, checks } = await planned();
    expect(notes).toEqual(['On resume Patroni will change nothing: it watches again.']);
    expect(risk).toBe('interrupts-nothing');
    expect(checks.every(({ verdict }) => verdict === 'pass')).toBe(true);
  });

  it.each<[string, RegExp, string, (fake: FakeCluster) => void]>([
    [
      'an election without a leader',
      /nobody holds the leader key and no member is a primary: Patroni will elect/,
      'interrupts-writes',
      (fake) => {
        delete dcsIn(fake).leader;
        memberIn(fake, 'pg1').sql.inRecovery = true;
      },
    ],
    [
      'a start of PostgreSQL on the leader',
      /PostgreSQL does not answer .* Patroni will start it there/,
      'interrupts-writes',
      (fake) => (memberIn(fake, 'pg1').member.sql = notRead('connection refused')),
    ],
    [
      'a promotion of the holder of the key',
      /pg1 holds the leader key and is in recovery: Patroni will promote it/,
      'interrupts-writes',
      (fake) => (memberIn(fake, 'pg1').sql.inRecovery = true),
    ],
    [
      'a failover when the host of the leader is gone',
      /pg1 holds the leader key and its Patroni does not answer.*elect another when the key expires \(30 s\)/,
      'interrupts-writes',
      (fake) => (memberIn(fake, 'pg1').member.patroni = notRead()),
    ],
    [
      'that a second primary is demoted and loses what it alone took',
      /pg2 is a primary by SQL beside pg1: Patroni will demote and rewind pg2, and what was written there alone is lost/,
      'can-lose-data',
      (fake) => asPrimary(fake, 'pg2'),
    ],
    [
      'a start of a stopped standby',
      /Patroni will start PostgreSQL on pg3 \(stopped\)/,
      'interrupts-nothing',
      (fake) => {
        memberIn(fake, 'pg3').patroni.state = 'stopped';
        memberIn(fake, 'pg3').member.sql = notRead('connection refused');
      },
    ],
    [
      'a scheduled switchover that is still to come',
      /the switchover pg1 -> pg2 will be done at 2026-11-30/,
      'interrupts-nothing',
      (fake) => (dcsIn(fake).failover = { leader: 'pg1', candidate: 'pg2', scheduledAt: '2026-11-30T02:00:00+00:00' }),
    ],
    [
      'a scheduled restart whose time has passed',
      /the restart of pg2 was due at 2026-11-20.* and will be dropped/,
      'interrupts-nothing',
      (fake) => (memberIn(fake, 'pg2').patroni.scheduledRestart = '2026-11-20T02:00:00+00:00'),
    ],
    [
      'a rewind of a standby on an older timeline',
      /not on the leader's timeline 7: pg3 \(6\)/,
      'interrupts-nothing',
      (fake) => (memberIn(fake, 'pg3').sql.timeline = 6),
    ],
  ])('foretells %s', async (_, says, risk, change) => {
    const made = await planned(change);
    expect(made.checks.flatMap(({ verdict, says: one }) => (verdict === 'pass' ? [] : [one])).join(' ')).toMatch(says);
    expect(made.notes.join(' ')).toContain('Patroni acts at once');
    expect(made.risk).toBe(risk);
  });

  it('blocks two primaries until somebody overrides it', async () => {
    const { checks } = await planned((fake) => asPrimary(fake, 'pg2'));
    expect(checkOf(checks, 'one-primary')).toMatchObject({ verdict: 'block', hard: false });
  });

  it('is typed with a cluster alone', () => {
    expect(resumeCommand.parse(['billing'])).toMatchObject({ does: 'start', input: { cluster: 'billing' } });
  });
});
