import { type Case, itSays } from '../support/expect-finding.ts';
import { dead, leftBehind, withConfig, withDcs, withMember, withRest, withRow, withSql } from '../support/snapshot-changes.ts';
import { config, healthy, LSN, MIB, notRead, primaryMember } from '../support/snapshots.ts';

const base = healthy();
const onPg2 = (change: Parameters<typeof withSql>[1]) => withMember(base, 'pg2', (one) => withSql(one, change));
const syncOn = withConfig(base, { synchronousMode: 'on' });

const strictly = { synchronousMode: 'on', synchronousModeStrict: true } as const;
const sync = { leader: 'pg2', standbys: ['pg1'] };
const oneSync = withDcs(withRow(withConfig(base, strictly), 'pg1', { syncState: 'sync' }), {
  sync,
  config: { ...config, ...strictly },
});

const MEMBERS: readonly Case[] = [
  [
    'a member has no key',
    withDcs(base, { members: { pg1: { tags: {} }, pg2: { tags: {} } } }),
    'member-not-in-dcs',
    'warn',
    /^pg3 has no member key in etcd/,
  ],
  [
    'etcd knows one member more',
    withDcs(base, { members: { pg1: { tags: {} }, pg2: { tags: {} }, pg3: { tags: {} }, pg4: { tags: {} } } }),
    'member-not-configured',
    'warn',
    /^pg4 is a member in etcd but not in Trunkline's configuration/,
  ],
  [
    'a replica was left on the old timeline',
    leftBehind(base, 'pg3', 6),
    'timelines-apart',
    'warn',
    /^pg3 is on timeline 6, pg2 leads on 7$/,
  ],
  [
    'a member is another database',
    withMember(base, 'pg3', (one) => withSql(one, { systemId: '1' })),
    'systemid-apart',
    'bad',
    /^pg3 is another database: its system identifier is 1, etcd has 7575/,
  ],
  [
    'a replica has no row on the leader',
    withMember(base, 'pg2', () => primaryMember('pg2', ['pg1'])),
    'not-streaming',
    'warn',
    /^pg3 is not streaming: pg2 has no row for it/,
  ],
  [
    'a replica catches up',
    withRow(base, 'pg3', { state: 'catchup' }),
    'not-yet-streaming',
    'warn',
    /^pg3 is not streaming yet: .* catchup$/,
  ],
  ['nobody streams', onPg2({ standbys: [] }), 'no-successor', 'bad', /^no standby streams: if pg2 fails now/],
  [
    'a replica replays too much behind',
    withRow(base, 'pg3', { replayLsn: LSN - 11 * MIB }),
    'replay-lag',
    'warn',
    /^pg3 replays 11 MiB behind \(limit 10 MiB\)$/,
  ],
  [
    'a replica replays too late',
    withRow(base, 'pg3', { replayLsn: LSN - 1, replayLagMs: 12_000 }),
    'replay-lag',
    'warn',
    /^pg3 replays 12 s behind \(limit 10 s\)$/,
  ],
  [
    'replay is paused',
    withMember(base, 'pg3', (one) => withSql(one, { replayPaused: true })),
    'replay-paused',
    'warn',
    /^WAL replay is paused on pg3/,
  ],
  [
    'a member is dead',
    withMember(base, 'pg3', dead),
    'member-silent',
    'warn',
    /^pg3 does not answer \(SQL: no answer within 2 s; REST: connection refused\)$/,
  ],
  [
    'SQL alone is silent',
    withMember(base, 'pg3', (one) => ({ ...one, sql: notRead('too many connections') })),
    'sql-unread',
    'warn',
    /^SQL on pg3 not read: too many connections$/,
  ],
  [
    'Patroni alone is silent',
    withMember(base, 'pg3', (one) => ({ ...one, patroni: notRead() })),
    'rest-unread',
    'warn',
    /^Patroni's REST API on pg3 not read/,
  ],
  [
    'the disk could not be asked for',
    withMember(base, 'pg3', (one) => ({ ...one, disk: notRead() })),
    'disk-unread',
    'unknown',
    /^free disk of pg3 not read/,
  ],
  ['synchronous mode has no sync standby', syncOn, 'no-sync-standby', 'warn', /a crash of the leader now can lose commits$/],
  [
    'strict mode has no sync standby',
    withConfig(base, { synchronousMode: 'on', synchronousModeStrict: true }),
    'strict-without-sync',
    'bad',
    /commits wait/,
  ],
  [
    'strict mode has one sync standby and the other may not be one',
    withMember(oneSync, 'pg3', (one) => withRest(one, { tags: { nosync: true } })),
    'only-sync-standby',
    'warn',
    /^if pg1 stops, writes stop: synchronous mode is strict and no other standby can be synchronous \(pg3 has the tag nosync\)$/,
  ],
  [
    'etcd and SQL disagree on the sync standby',
    withDcs(withRow(syncOn, 'pg1', { syncState: 'sync' }), { sync: { leader: 'pg2', standbys: ['pg3'] } }),
    'sync-apart',
    'warn',
    /^etcd counts pg3 as sync standby, SQL on the leader does not \(it has pg1\)$/,
  ],
];

itSays('the members', MEMBERS);
