import { describe, expect, it } from 'vitest';
import { lookForRelease } from '../../src/checks/release-facts.ts';
import { planRelease, type Release } from '../../src/checks/release-plan.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead, shownValue } from '../support/fake-cluster.ts';
import { wedge } from '../support/fake-rebuild.ts';
import { CLUSTER, MIB, WAL_LSN } from '../support/healthy-cluster.ts';

type Change = (fake: FakeCluster) => void;

async function planned(change: Change): Promise<Release> {
  const fake = fakeCluster();
  wedge(fake);
  change(fake);
  return planRelease(await lookForRelease(CLUSTER, fake.view));
}

/** What SQL on pg1 does, and what its host shows. */
const holder =
  (why: string, process: 'running' | 'stopped', state: string): Change =>
  (fake) => {
    memberIn2(fake).sql = notRead(why);
    const server = shownValue(fake.shown.servers.pg1);
    server.process = process;
    if (server.control) server.control.state = state;
  };
function memberIn2(fake: FakeCluster) {
  const member = fake.shown.snapshot.members.find(({ name }) => name === 'pg1');
  if (!member) throw new Error('there is no pg1');
  return member;
}

describe('the holder of a leader key', () => {
  it.each<[string, Change, 'pass' | 'block', string]>([
    ['says that it starts', holder('it is starting up', 'running', 'in production'), 'pass', 'says that it takes no connections'],
    ['has no process', holder('connection refused', 'stopped', 'in production'), 'pass', 'no PostgreSQL process runs'],
    [
      'recovers by its control file',
      holder('connection refused', 'running', 'in archive recovery'),
      'pass',
      'in archive recovery',
    ],
    ['is silent, and may be a primary', holder('no answer within 2 s', 'running', 'in production'), 'block', 'may be a primary'],
    [
      'has no data directory in its place, which may be a wrong path',
      (fake) => {
        holder('no answer within 2 s', 'stopped', 'in production')(fake);
        const server = shownValue(fake.shown.servers.pg1);
        server.process = 'no data directory';
        delete server.control;
      },
      'block',
      'may be a wrong path',
    ],
    [
      'has the data directory of another system in its place',
      (fake) => {
        holder('no answer within 2 s', 'stopped', 'shut down')(fake);
        Object.assign(shownValue(fake.shown.servers.pg1).control ?? {}, { systemId: '42' });
      },
      'block',
      'of another system (42)',
    ],
    [
      'runs as the primary by its Patroni, which has just asked it',
      (fake) => {
        holder('no answer within 2 s', 'stopped', 'shut down')(fake);
        Object.assign(shownValue(memberIn2(fake).patroni), { role: 'primary', state: 'running' });
      },
      'block',
      'its Patroni says that it runs as the primary',
    ],
    [
      'can not be asked at all',
      (fake) => {
        holder('no answer within 2 s', 'running', 'in production')(fake);
        fake.shown.servers.pg1 = notRead('no answer within 2.4 s');
      },
      'block',
      'neither by SQL',
    ],
  ])('%s', async (_case, change, verdict, words) => {
    const { checks } = await planned(change);
    const check = checks.find(({ id }) => id === 'holder-is-no-primary');
    expect([check?.verdict, check?.says]).toEqual([verdict, expect.stringContaining(words)]);
    if (verdict === 'block') expect(check?.hard).toBe(true);
  });

  it('that is a primary, or that nobody is, leaves nothing to release', async () => {
    const fake = fakeCluster();
    const { checks } = planRelease(await lookForRelease(CLUSTER, fake.view));
    expect(checks.find(({ id }) => id === 'holder-is-no-primary')).toMatchObject({ verdict: 'block', hard: true });
    await expect(planned((wedged) => Reflect.deleteProperty(dcsIn(wedged), 'leader'))).rejects.toThrow('no key to release');
  });
});

describe('who takes over', () => {
  it('is the member on the latest timeline, then the furthest, and none that may not lead', async () => {
    const further: Change = (fake) => Object.assign(memberIn(fake, 'pg3').sql, { receiveLsn: WAL_LSN + MIB });
    expect((await planned(further)).best).toBe('pg3');
    expect((await planned((fake) => Object.assign(memberIn(fake, 'pg3').patroni, { timeline: 8 }))).timeline).toBe(8);
    const barred: Change = (fake) => {
      further(fake);
      const { pg3 } = dcsIn(fake).members;
      if (pg3) pg3.tags = { nofailover: true };
    };
    expect((await planned(barred)).best).toBe('pg2');
  });

  it('says how many bytes are at risk, and only then can it lose data', async () => {
    const ahead = await planned((fake) => Object.assign(dcsIn(fake), { optimeLsn: WAL_LSN + MIB }));
    expect(ahead.mayLose).toContain('at least 1 MiB at risk');
    expect((await planned((fake) => Object.assign(dcsIn(fake), { optimeLsn: WAL_LSN }))).mayLose).toBeUndefined();
  });

  it('is nobody where no other member answers', async () => {
    const silent: Change = (fake) => {
      for (const member of fake.shown.snapshot.members) member.sql = notRead();
    };
    await expect(planned(silent)).rejects.toThrow('nobody could take the key');
  });
});
