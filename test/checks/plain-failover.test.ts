import { describe, expect, it } from 'vitest';
import streamingFailover from '../../runbooks/streaming-failover.ts';
import { plainFailoverPreflight } from '../../src/checks/plain-failover-checks.ts';
import { fakeCluster, notRead, shownValue } from '../support/fake-cluster.ts';
import { LOST } from '../support/fake-streaming.ts';
import { type Loose, MIB, WAL_LSN } from '../support/healthy-cluster.ts';
import { away, checkOf, dead, factsOf, type LostChange, memberOf, replays, seen, sqlIn } from '../support/lost-plain.ts';

describe('the checks of a failover without Patroni', () => {
  it.each<readonly [string, string, LostChange, 'pass' | 'warn' | 'block' | 'hard block', string]>([
    ['leader-dead', 'nobody sees it', dead, 'pass', 'pg1 answers neither from here nor from pg2 and pg3'],
    [
      'leader-dead',
      'a standby reaches it',
      seen({ postgres: 'rejects', rest: 'silent' }),
      'hard block',
      'rejects connections from pg2',
    ],
    [
      'leader-dead',
      'nobody could look',
      ({ lost }) => {
        for (const one of lost.shown.sightings) Object.assign(one, { seen: notRead('ssh: timed out') });
      },
      'hard block',
      'no other host could look',
    ],
    ['no-receiver', 'none', dead, 'pass', 'no WAL from pg1 reaches a standby'],
    [
      'no-receiver',
      'one is connected',
      (f) => void Object.assign(sqlIn(f, 'pg3'), { walReceiver: { status: 'streaming', senderHost: '10.0.0.1' } }),
      'hard block',
      'still connected on pg3',
    ],
    ['candidate-able', 'it is', dead, 'pass', 'pg2 is a standby, and its server runs'],
    [
      'candidate-able',
      'its host is silent',
      ({ lost }) => void Object.assign(lost.shown.servers, { pg2: notRead() }),
      'hard block',
      'pg2',
    ],
    [
      'candidate-timeline',
      'its host says what it replays',
      (f) => {
        for (const name of ['pg2', 'pg3']) Object.assign(shownValue(f.lost.shown.servers[name]), { replays: replays(7) });
      },
      'pass',
      'pg2 replays timeline 7',
    ],
    ['candidate-timeline', 'by control files alone', dead, 'warn', 'of pg3 only the control file tells'],
    [
      'candidate-timeline',
      'it is of an older branch',
      (f) => void Object.assign(sqlIn(f, 'pg2'), { timeline: 6, replayTimeline: 6, receiveLsn: WAL_LSN + MIB }),
      'hard block',
      'pg2 replays timeline 6 by its control file, but pg1 has timeline 7',
    ],
    [
      'candidate-timeline',
      'it receives the newest and replays nothing of it',
      (f) => {
        Object.assign(sqlIn(f, 'pg2'), { timeline: 8 });
        Object.assign(shownValue(f.lost.shown.servers.pg2), { replays: replays(7) });
      },
      'hard block',
      'pg2 replays timeline 7, but pg2 has timeline 8',
    ],
    [
      'candidate-timeline',
      'one that was promoted before, and whose server is down now, has a newer one',
      (f) => {
        memberOf(f, 'pg3').sql = notRead('connection refused') as Loose<ReturnType<typeof notRead>>;
        const server = shownValue(f.lost.shown.servers.pg3);
        Object.assign(server, { process: 'stopped', control: { ...server.control, timeline: 8 } });
      },
      'hard block',
      'pg2 replays timeline 7, but pg3, whose server is down, has timeline 8: it was promoted before',
    ],
    [
      'candidate-timeline',
      'one could not be asked at all',
      (f) => {
        memberOf(f, 'pg3').sql = notRead('no route to host') as Loose<ReturnType<typeof notRead>>;
        Object.assign(f.lost.shown.servers, { pg3: notRead('no route to host') });
      },
      'warn',
      'pg3 could not be asked, by SQL or by ssh, and may have been promoted before',
    ],
    [
      'candidate-timeline',
      'another system answers',
      (f) => void Object.assign(sqlIn(f, 'pg3'), { systemId: '9' }),
      'hard block',
      'pg3 of system 9: these are two database clusters',
    ],
    ['candidate-advanced', 'it is', dead, 'pass', 'no standby that answers has received more than pg2'],
    [
      'candidate-advanced',
      'another has more',
      (f) => void Object.assign(sqlIn(f, 'pg3'), { receiveLsn: WAL_LSN + MIB }),
      'block',
      'pg3 has received 1 MiB more than pg2',
    ],
    ['fenced', 'its host answers, no server runs', dead, 'pass', 'the first step masks its unit'],
    ['fenced', 'its host is silent', away, 'hard block', 'nothing keeps pg1 from taking writes again'],
    [
      'fenced',
      'a server runs there',
      ({ lost }) => void Object.assign(shownValue(lost.shown.servers.pg1), { process: 'running' }),
      'hard block',
      'a server runs there although it does not answer',
    ],
    ['candidate-sync-names', 'none', dead, 'pass', 'commits on pg2 will not wait'],
    [
      'candidate-sync-names',
      'it waits for the old primary',
      (f) => void Object.assign(sqlIn(f, 'pg2'), { synchronousStandbyNames: 'FIRST 1 (pg1)' }),
      'warn',
      "synchronous_standby_names is 'FIRST 1 (pg1)' on pg2: as the primary it confirms no commit",
    ],
    ['bytes-at-risk', 'by its control file', dead, 'warn', 'at least 0 B of WAL are lost with pg2, by its control file'],
    ['bytes-at-risk', 'not known', away, 'warn', 'its control file cannot be read'],
  ])('%s: %s', async (id, _case, change, expected, part) => {
    const check = await checkOf(id, change);
    expect(check?.says).toContain(part);
    expect(check?.verdict === 'block' && check.hard ? 'hard block' : check?.verdict).toBe(expected);
    if (expected !== 'pass') expect(check?.hint).toMatch(/^[A-Z].*\.$/);
  });

  it('take a named person at their word that a silent host is powered off, and show it', async () => {
    expect(await checkOf('fenced', away, 'powered off')).toMatchObject({ verdict: 'warn' });
    const fake = fakeCluster();
    away(fake);
    const { plan } = await streamingFailover.propose({ cluster: LOST, fencedBy: 'powered off' }, fake.view);
    expect(plan.stated).toBe('pg1 is powered off');
    expect(plan.steps.map(({ title }) => title)).toEqual(['Promote pg2 without pg1', 'Point pg3 to pg2']);
  });
});

it('name the very command that lets hanging commits go on, and the one that brings the lost primary back', async () => {
  const waits: LostChange = (f) => void Object.assign(sqlIn(f, 'pg2'), { synchronousStandbyNames: 'pg1' });
  expect((await checkOf('candidate-sync-names', waits))?.hint).toContain("`ALTER SYSTEM SET synchronous_standby_names = '';`");
  const { notes } = plainFailoverPreflight(await factsOf(fakeCluster()), { to: 'pg2' });
  expect(notes.join(' ')).toContain('`/pg rebuild lost pg1`');
});

describe('the plan of a failover without Patroni', () => {
  it('finds out who led by the standbys, takes the one that received the most, and fences first', async () => {
    const fake = fakeCluster();
    Object.assign(sqlIn(fake, 'pg3'), { receiveLsn: WAL_LSN + MIB, replayLsn: WAL_LSN + MIB });
    const { plan, input, material } = await streamingFailover.propose({ cluster: LOST }, fake.view);
    expect(input).toEqual({ cluster: LOST, to: 'pg3' });
    expect(material).toMatchObject({ leader: 'pg1', timeline: 7, standbys: ['pg2', 'pg3'] });
    expect(plan.risk).toBe('can-lose-data');
    expect(plan.steps.map(({ id }) => id)).toEqual(['fence', 'promote', 'follows-pg2']);
    expect(JSON.stringify(plan)).not.toMatch(/Patroni|DCS|etcd|leader key/);
  });

  it('prefers a standby of the newest timeline to one that is ahead by its LSN on an older branch', async () => {
    const fake = fakeCluster();
    Object.assign(sqlIn(fake, 'pg3'), { timeline: 6, replayTimeline: 6, receiveLsn: WAL_LSN + MIB, replayLsn: WAL_LSN + MIB });
    expect((await streamingFailover.propose({ cluster: LOST }, fake.view)).input).toEqual({ cluster: LOST, to: 'pg2' });
  });

  it('is refused while a primary runs, and where nobody can be told to have led', async () => {
    const propose = (change: LostChange, to?: string) => {
      const fake = fakeCluster();
      change(fake);
      return streamingFailover.propose({ cluster: LOST, ...(to ? { to } : {}) }, fake.view);
    };
    await expect(propose((f) => void Object.assign(sqlIn(f, 'pg3'), { inRecovery: false }))).rejects.toThrow(
      'pg3 of lost is out of recovery',
    );
    await expect(propose(dead, 'pg1')).rejects.toThrow('pg1 is the primary that is to be replaced');
    await expect(propose((f) => void Object.assign(memberOf(f, 'pg2'), { sql: notRead() }), 'pg9')).rejects.toThrow(
      'no member "pg9"',
    );
  });
});
