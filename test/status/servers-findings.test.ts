import type { Snapshot } from '../../src/core/cluster.ts';
import { type Case, itSays } from '../support/expect-finding.ts';
import { withMember, withSql } from '../support/snapshot-changes.ts';
import { changed, GIB, healthy, MIB, NOW, notRead } from '../support/snapshots.ts';

const base = healthy();
const onPg2 = (change: Parameters<typeof withSql>[1]) => withMember(base, 'pg2', (one) => withSql(one, change));
const slot = { name: 'cdc', kind: 'logical', active: true, walStatus: 'reserved', retainedBytes: MIB } as const;

const SERVERS: readonly Case[] = [
  [
    'a slot is inactive',
    onPg2({ slots: [{ ...slot, active: false }] }),
    'slot-inactive',
    'warn',
    /^slot cdc on pg2 is inactive and keeps 1 MiB of WAL$/,
  ],
  ['a slot is unreserved', onPg2({ slots: [{ ...slot, walStatus: 'unreserved' }] }), 'slot-unreserved', 'bad', /is unreserved/],
  [
    'a slot is lost',
    onPg2({ slots: [{ ...slot, walStatus: 'lost' }] }),
    'slot-lost',
    'bad',
    /is lost: the WAL it needs is gone$/,
  ],
  [
    'a slot retains too much',
    onPg2({ slots: [{ ...slot, retainedBytes: 2 * GIB }] }),
    'slot-retains',
    'warn',
    /keeps 2 GiB of WAL \(limit 1 GiB\)$/,
  ],
  [
    'a slot is soon lost',
    onPg2({ slots: [{ ...slot, retainedBytes: 900 * MIB, safeWalBytes: 100 * MIB }] }),
    'slot-safe-low',
    'warn',
    /is lost after 100 MiB more WAL/,
  ],
  [
    'archiving fails',
    onPg2({
      archiver: {
        mode: 'on',
        archivedCount: 3,
        failedCount: 9,
        lastArchivedAtMs: NOW - 600_000,
        lastFailedAtMs: NOW,
        lastFailedWal: '0007AB',
      },
    }),
    'archiver-failing',
    'warn',
    /^WAL archiving on pg2 fails: last success 2026-11-23T01:00:00Z, last failure 2026-11-23T01:10:00Z \(0007AB\)$/,
  ],
  [
    'archiving is off',
    onPg2({ archiver: { mode: 'off', archivedCount: 0, failedCount: 0 } }),
    'archiver-off',
    'info',
    /archives no WAL/,
  ],
  ['the primary has no archiver', onPg2({ archiver: undefined as never }), 'archiver-off', 'info', /archives no WAL/],
  [
    'the data disk fills up',
    withMember(base, 'pg1', (one) => ({
      ...one,
      disk: changed(one.disk, { data: { mount: '/data', sizeBytes: 100 * GIB, freeBytes: 9 * GIB } }),
    })),
    'disk-low',
    'warn',
    /^pg1 has 9 GiB \(9 %\) free for data and WAL on \/data \(limit 10 %\)$/,
  ],
  [
    'the WAL disk is nearly full',
    withMember(base, 'pg2', (one) => ({
      ...one,
      disk: changed(one.disk, { wal: { mount: '/wal', sizeBytes: 100 * MIB, freeBytes: MIB } }),
    })),
    'disk-low',
    'bad',
    /^pg2 has 1 MiB \(1 %\) free for WAL on \/wal/,
  ],
  [
    'one etcd member is dead',
    etcdWith(1, undefined),
    'etcd-member-silent',
    'warn',
    /^etcd 10\.0\.0\.12:2379 not read: no answer within 2 s$/,
  ],
  [
    'etcd has lost its quorum',
    { ...base, dcs: notRead(), etcd: base.etcd.map((one, i) => (i === 0 ? one : { ...one, health: notRead() })) },
    'etcd-no-quorum',
    'bad',
    /^etcd has no quorum: 1 of 3 members answer, 2 are needed$/,
  ],
  [
    'an etcd member has no leader',
    etcdWith(0, { hasLeader: false }),
    'etcd-no-leader',
    'bad',
    /^etcd has no leader \(by 10\.0\.0\.11:2379\)$/,
  ],
  [
    'two etcd members say they lead',
    etcdWith(1, { isLeader: true, raftTerm: '5' }),
    'etcd-two-leaders',
    'warn',
    /10\.0\.0\.11:2379 \(term 4\) and 10\.0\.0\.12:2379 \(term 5\)/,
  ],
  ['etcd raises an alarm', etcdWith(0, { alarms: ['NOSPACE'] }), 'etcd-alarm', 'bad', /raises the alarm NOSPACE$/],
  [
    'the keys could not be read',
    { ...base, dcs: notRead('permission denied') },
    'dcs-unread',
    'bad',
    /not read: permission denied$/,
  ],
];

itSays('the servers', SERVERS);

function etcdWith(
  index: number,
  change: { hasLeader?: boolean; isLeader?: boolean; raftTerm?: string; alarms?: string[] } | undefined,
): Snapshot {
  return {
    ...base,
    etcd: base.etcd.map((one, i) => (i === index ? { ...one, health: change ? changed(one.health, change) : notRead() } : one)),
  };
}
