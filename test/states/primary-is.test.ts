import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/verdict.ts';
import { createStates } from '../../src/states/all.ts';
import { primaryIs } from '../../src/states/primary-is.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { CLUSTER, NOW } from '../support/healthy-cluster.ts';

const AFTER = primaryIs(CLUSTER, 'pg2', { timeline: 8, from: 'pg1' });
const BEFORE = primaryIs(CLUSTER, 'pg1', { timeline: 7 });
const ORDER = { leader: 'pg1', candidate: 'pg2' };

async function judge(state: typeof AFTER, change: (fake: FakeCluster) => void, elapsedMs = 0): Promise<Verdict> {
  const fake = fakeCluster();
  change(fake);
  fake.now = NOW + elapsedMs;
  return createStates().judge(state, fake.view, NOW);
}
const not = (impossible: boolean, part: string) => ({ holds: false, impossible, why: expect.stringContaining(part) });

describe('as the proof of a switchover', () => {
  it('holds when SQL, timeline, DCS and the others agree', async () => {
    expect(await judge(AFTER, (fake) => fake.promote('pg2'))).toMatchObject({ holds: true });
  });

  it('is not yet so before anything happened', async () => {
    expect(await judge(AFTER, () => undefined)).toEqual(not(false, 'pg1 is still the primary and no failover key is set yet'));
  });

  it('waits while the failover key is set, however long: it has neither failed nor ended', async () => {
    const hanging = (fake: FakeCluster) => {
      dcsIn(fake).failover = ORDER;
    };
    expect(await judge(AFTER, hanging, 3_600_000)).toEqual(not(false, 'Patroni has the order to switch to pg2'));
  });

  it('waits while the leader is stopping, and says what for', async () => {
    const stopping = (fake: FakeCluster) => {
      dcsIn(fake).members.pg1 = { state: 'stopping', tags: {} };
      memberIn(fake, 'pg1').member.sql = notRead();
    };
    expect(await judge(AFTER, stopping, 3_600_000)).toEqual(not(false, 'pg1 is stopping: it waits for its checkpoint'));
  });

  it('is impossible when the key is gone and the old leader still leads: Patroni gave it up', async () => {
    expect(await judge(AFTER, () => undefined, 31_000)).toEqual(not(true, 'Patroni gave the switchover up'));
  });

  it('is impossible when another member won, and says which', async () => {
    expect(await judge(AFTER, (fake) => fake.promote('pg3'))).toEqual(not(true, 'pg3 won instead of pg2'));
  });

  it('is impossible when another member won while the wanted one is dead', async () => {
    const won = (fake: FakeCluster) => {
      fake.promote('pg3');
      memberIn(fake, 'pg2').member.sql = notRead();
    };
    expect(await judge(AFTER, won)).toEqual(not(true, 'pg3 won instead of pg2'));
  });

  it('is impossible when the old leader took the lead back on a new timeline', async () => {
    expect(await judge(AFTER, (fake) => fake.promote('pg1'))).toEqual(not(true, 'pg1 took the lead back on timeline 8'));
  });

  it('never believes a leader key with no primary behind it', async () => {
    const wedged = (fake: FakeCluster) => {
      memberIn(fake, 'pg1').member.sql = notRead();
      dcsIn(fake).members.pg1 = { state: 'start failed', tags: {} };
    };
    expect(await judge(AFTER, wedged, 600_000)).toEqual(not(false, 'no primary answers (pg1 is start failed)'));
  });

  it('sees a stolen key: out of recovery, but the DCS names the old leader', async () => {
    const stolen = (fake: FakeCluster) => {
      fake.promote('pg2');
      dcsIn(fake).leader = 'pg1';
    };
    expect(await judge(AFTER, stolen)).toEqual(not(false, 'pg2 is out of recovery, but pg1 holds the leader key'));
  });

  it('sees two primaries', async () => {
    const split = (fake: FakeCluster) => {
      fake.promote('pg2');
      memberIn(fake, 'pg1').sql.inRecovery = false;
    };
    expect(await judge(AFTER, split)).toEqual(not(false, 'there are 2 primaries'));
  });

  it('says that the wanted one promotes, when it has the key already', async () => {
    expect(
      await judge(AFTER, (fake) => {
        dcsIn(fake).leader = 'pg2';
      }),
    ).toEqual(not(false, 'is promoting'));
  });

  it('says that the key is free', async () => {
    expect(await judge(AFTER, (fake) => void delete dcsIn(fake).leader)).toEqual(not(false, 'the leader key is free'));
  });

  it('waits until the new leader has cleared the failover key', async () => {
    const uncleared = (fake: FakeCluster) => {
      fake.promote('pg2');
      dcsIn(fake).failover = ORDER;
    };
    expect(await judge(AFTER, uncleared)).toEqual(not(false, 'has not cleared the failover key'));
  });

  it('is impossible when the timeline moved more than once', async () => {
    const twice = (fake: FakeCluster) => {
      fake.promote('pg3');
      fake.promote('pg2');
    };
    expect(await judge(AFTER, twice)).toEqual(not(true, 'the leader changed more than once'));
  });

  it('holds while the old leader cannot be asked: it is restarting as a standby', async () => {
    const restarting = (fake: FakeCluster) => {
      fake.promote('pg2');
      memberIn(fake, 'pg1').member.sql = notRead();
    };
    expect(await judge(AFTER, restarting)).toMatchObject({ holds: true });
  });

  it.each(['dcs', 'sql'] as const)('is not yet so while the %s cannot be read', async (part) => {
    const dark = (fake: FakeCluster) => {
      fake.promote('pg2');
      if (part === 'dcs') fake.shown.snapshot.dcs = notRead();
      else memberIn(fake, 'pg2').member.sql = notRead();
    };
    expect(await judge(AFTER, dark)).toEqual(not(false, 'no answer within 3 s'));
  });
});

describe('as a guard', () => {
  it('holds on the cluster as it was approved', async () => {
    expect(await judge(BEFORE, () => undefined)).toMatchObject({ holds: true });
  });

  it.each([
    ['another leader', (fake: FakeCluster) => fake.promote('pg2')],
    [
      'the same name on a later timeline, after there and back',
      (fake: FakeCluster) => {
        fake.promote('pg2');
        fake.promote('pg1');
      },
    ],
    [
      'a switchover under way',
      (fake: FakeCluster) => {
        dcsIn(fake).failover = ORDER;
      },
    ],
    [
      'a wedged key',
      (fake: FakeCluster) => {
        memberIn(fake, 'pg1').sql.inRecovery = true;
      },
    ],
  ])('stops the run at %s', async (_name, change) => {
    expect((await judge(BEFORE, change)).holds).toBe(false);
  });
});
