import type { Snapshot } from '../../src/core/cluster.ts';
import { type Case, itSays } from '../support/expect-finding.ts';
import { dead, leftBehind, withConfig, withDcs, withMember, withRest, withSql } from '../support/snapshot-changes.ts';
import { healthy, LSN, MIB, notRead } from '../support/snapshots.ts';

const base = healthy();
const standsDown = (snapshot: Snapshot) =>
  withMember(snapshot, 'pg2', (one) => withRest(withSql(one, { inRecovery: true, standbys: [] }), { role: 'replica' }));
const noKey = withDcs(base, { leader: undefined as never });

const SUCCESSION: readonly Case[] = [
  [
    'says who has the most WAL, and how much the silent leader had more',
    withDcs(
      withMember(withMember(base, 'pg2', dead), 'pg3', (one) => withSql(one, { receiveLsn: LSN - MIB, replayLsn: LSN - MIB })),
      {
        members: { pg1: { tags: {} }, pg2: { walLsn: LSN + 2 * MIB, tags: {} }, pg3: { tags: {} } },
      },
    ),
    'most-advanced',
    'info',
    /^of those that answer, pg1 has the most WAL, up to 0\/5000000 by SQL; pg3 1 MiB less; pg2, which is silent, last reported 2 MiB more$/,
  ],
  [
    'the lease is still held',
    withMember(base, 'pg2', dead),
    'waits-for-lease',
    'info',
    /lease of pg2: its leader key lasts up to 30 s \(ttl\)/,
  ],
  [
    'etcd is gone',
    { ...withMember(base, 'pg2', dead), dcs: notRead() },
    'waits-for-etcd',
    'bad',
    /without it nobody is promoted$/,
  ],
  [
    'it is paused',
    withConfig(standsDown(noKey), { paused: true }),
    'waits-for-resume',
    'bad',
    /waits for a person: it is paused/,
  ],
  [
    'a race is on',
    withMember(noKey, 'pg2', dead),
    'waits-for-race',
    'info',
    /^pg1 and pg3 may take over; Patroni decides within about 10 s \(loop_wait\)$/,
  ],
  [
    'nobody may take over',
    withMember(
      withMember(withMember(noKey, 'pg2', dead), 'pg1', (one) => withRest(one, { tags: { nofailover: true } })),
      'pg3',
      (one) => withSql(one, { receiveLsn: LSN - 2 * MIB, replayLsn: LSN - 2 * MIB }),
    ),
    'waits-for-candidate',
    'bad',
    /^Patroni waits: no member may take over$/,
  ],
  [
    'a member is too far behind',
    withMember(withMember(noKey, 'pg2', dead), 'pg3', (one) =>
      withSql(one, { receiveLsn: LSN - 2 * MIB, replayLsn: LSN - 2 * MIB }),
    ),
    'not-eligible',
    'info',
    /^pg3 may not take over: it has 2 MiB less WAL than the leader last reported \(maximum_lag_on_failover is 1 MiB\)$/,
  ],
  [
    'a member was not sync',
    withDcs(withConfig(withMember(noKey, 'pg2', dead), { synchronousMode: 'on' }), {
      sync: { leader: 'pg2', standbys: ['pg1'] },
    }),
    'not-eligible',
    'info',
    /^pg3 may not take over: it was not a sync standby/,
  ],
  [
    'a member is on an older timeline',
    leftBehind(withConfig(withMember(noKey, 'pg2', dead), { checkTimeline: true }), 'pg3', 6),
    'not-eligible',
    'info',
    /^pg3 may not take over: it is on timeline 6, the cluster was on 7/,
  ],
  [
    'the holder of the key is being promoted',
    standsDown(base),
    'waits-for-promotion',
    'info',
    /^Patroni waits for pg2 to finish its promotion/,
  ],
];

itSays('the succession', SUCCESSION);
