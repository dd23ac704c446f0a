import { describe, expect, it } from 'vitest';
import { chooseCandidate, rankCandidates } from '../../src/checks/candidate.ts';
import { sceneOf } from '../../src/checks/scene.ts';
import { switchoverPreflight } from '../../src/checks/switchover-checks.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { MIB, WAL_LSN } from '../support/healthy-cluster.ts';
import { rowOf } from './check-table.ts';

const order = (change: (fake: FakeCluster) => void) => {
  const fake = fakeCluster();
  for (const name of ['pg2', 'pg3']) memberIn(fake, name).member.site = 'north';
  change(fake);
  return rankCandidates(sceneOf(fake.facts())).eligible.map(({ name }) => name);
};

describe('the order of candidates', () => {
  it.each([
    ['the name, when nothing else differs', () => undefined, ['pg2', 'pg3']],
    [
      'less lag first',
      (f: FakeCluster) => {
        rowOf(f, 'pg2').replayLsn = WAL_LSN - MIB;
      },
      ['pg3', 'pg2'],
    ],
    [
      'noise in the lag does not decide',
      (f: FakeCluster) => {
        rowOf(f, 'pg2').replayLsn = WAL_LSN - 9000;
      },
      ['pg2', 'pg3'],
    ],
    [
      'the site of the leader before lag',
      (f: FakeCluster) => {
        memberIn(f, 'pg2').member.site = 'south';
      },
      ['pg3', 'pg2'],
    ],
    [
      'priority before site',
      (f: FakeCluster) => {
        memberIn(f, 'pg3').patroni.tags = { failover_priority: 5 };
        memberIn(f, 'pg3').member.site = 'south';
      },
      ['pg3', 'pg2'],
    ],
    [
      'a sync standby before all',
      (f: FakeCluster) => {
        rowOf(f, 'pg3').syncState = 'sync';
        memberIn(f, 'pg2').patroni.tags = { failover_priority: 9 };
      },
      ['pg3', 'pg2'],
    ],
    [
      'one that needs an overruled check last',
      (f: FakeCluster) => {
        f.shown.activities.pg2 = notRead();
      },
      ['pg3', 'pg2'],
    ],
  ])('%s', (_case, change, expected) => {
    expect(order(change)).toEqual(expected);
  });
});

it('explains the choice, and why each other was not eligible', () => {
  const fake = fakeCluster();
  memberIn(fake, 'pg3').patroni.tags = { nofailover: true };
  rowOf(fake, 'pg2').syncState = 'sync';
  const { notes, target } = switchoverPreflight(fake.facts(), undefined);
  expect(target).toBe('pg2');
  expect(notes).toEqual([
    "Chosen: pg2 (sync standby, in pg1's site north, replays 0 B behind).",
    'Cannot take over: pg3 (pg3 has the tag nofailover).',
    'pg1 wrote 3 MiB of WAL since its last checkpoint.',
    'No write probe is configured, so that no write proves the new primary: it is proven by SQL alone.',
  ]);
});

describe('refuses with a sentence, never a guess', () => {
  it.each([
    ['a member that leads already', 'pg1', () => undefined, /pg1 already leads billing: nothing to do/],
    ['an unknown member', 'pg22', () => undefined, /no member "pg22"/],
    ['hostile text as a member', '<!channel>\n; rm', () => undefined, /no member "<!channel>\\n; rm"/],
    [
      'an unreadable DCS',
      undefined,
      (f: FakeCluster) => {
        f.shown.snapshot.dcs = notRead('no quorum');
      },
      /DCS of billing cannot be read: no quorum/,
    ],
    [
      'no leader',
      undefined,
      (f: FakeCluster) => {
        delete dcsIn(f).leader;
      },
      /nobody holds the leader key/,
    ],
    [
      'a leader out of the configuration',
      undefined,
      (f: FakeCluster) => {
        dcsIn(f).leader = 'pg9';
      },
      /pg9 is not in the configuration/,
    ],
    [
      'a leader that SQL cannot prove',
      undefined,
      (f: FakeCluster) => {
        memberIn(f, 'pg1').member.sql = notRead();
      },
      /does not answer by SQL/,
    ],
    [
      'a standby cluster',
      undefined,
      (f: FakeCluster) => {
        dcsIn(f).config.standbyCluster = true;
      },
      /is a standby cluster/,
    ],
    [
      'a cascade by tag',
      undefined,
      (f: FakeCluster) => {
        memberIn(f, 'pg3').patroni.tags = { replicatefrom: 'pg2' };
      },
      /pg3 replicates from pg2/,
    ],
    [
      'a cascade by SQL',
      undefined,
      (f: FakeCluster) => {
        memberIn(f, 'pg2').sql.standbys = [rowOf(f, 'pg3')];
      },
      /pg3 streams from the standby pg2/,
    ],
    [
      'plain streaming',
      undefined,
      (f: FakeCluster) => {
        f.shown.snapshot.cluster.mode = 'streaming';
      },
      /not run by Patroni/,
    ],
  ])('%s', (_case, named, change, says) => {
    const fake = fakeCluster();
    change(fake);
    expect(() => chooseCandidate(fake.facts(), named)).toThrow(
      expect.objectContaining({ kind: 'refusal', message: expect.stringMatching(says) }),
    );
  });

  it('lists the members and what was meant, for a slip of the hand', () => {
    expect(() => chooseCandidate(fakeCluster().facts(), 'pg22')).toThrow(
      expect.objectContaining({ hint: 'Did you mean pg2? Its members are pg1, pg2, pg3.' }),
    );
  });

  it('says of each member why it cannot take over, when nobody can', () => {
    const fake = fakeCluster();
    memberIn(fake, 'pg2').patroni.tags = { nofailover: true };
    memberIn(fake, 'pg3').sql.replayPaused = true;
    expect(chooseCandidate(fake.facts(), undefined)).toBeUndefined();
    expect(() => switchoverPreflight(fake.facts(), undefined)).toThrow(
      /pg2: pg2 has the tag nofailover. pg3: replay is paused on pg3/,
    );
  });
});
