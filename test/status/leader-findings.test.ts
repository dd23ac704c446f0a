import type { Snapshot } from '../../src/core/cluster.ts';
import { type Case, itSays } from '../support/expect-finding.ts';
import { dead, withConfig, withDcs, withMember, withRest, withSql } from '../support/snapshot-changes.ts';
import { healthy, notRead } from '../support/snapshots.ts';

const base = healthy();
const restOf = (name: string, change: Parameters<typeof withRest>[1]) => withMember(base, name, (one) => withRest(one, change));
const standsDown = (snapshot: Snapshot) =>
  withMember(snapshot, 'pg2', (one) => withRest(withSql(one, { inRecovery: true, standbys: [] }), { role: 'replica' }));
const noKey = withDcs(base, { leader: undefined as never });
const syncOn = withConfig(base, { synchronousMode: 'on' });

const LEADER: readonly Case[] = [
  [
    'the leader key has no primary behind it',
    standsDown(base),
    'key-without-primary',
    'bad',
    /^pg2 holds the leader key in etcd but is not a primary; no member is$/,
  ],
  [
    'another member acts as primary than the key names',
    withDcs(base, { leader: 'pg1' }),
    'key-without-primary',
    'bad',
    /^pg1 holds .* not a primary; pg2 acts as one without the key$/,
  ],
  [
    'two members take writes',
    withMember(base, 'pg1', (one) => withSql(one, { inRecovery: false })),
    'two-primaries',
    'bad',
    /^2 primaries at once: pg1 \(by SQL\) and pg2 \(by SQL and REST\); the leader key names pg2$/,
  ],
  [
    'a primary runs without the key',
    noKey,
    'primary-without-key',
    'bad',
    /^pg2 acts as primary \(by SQL and REST\), but nobody holds/,
  ],
  [
    'nobody leads',
    standsDown(noKey),
    'no-leader',
    'bad',
    /^no leader: no member acts as primary and the leader key in etcd is empty$/,
  ],
  [
    'the holder of the key is dead',
    withMember(base, 'pg2', dead),
    'leader-silent',
    'bad',
    /^pg2 holds the leader key in etcd but does not answer \(SQL: no answer within 2 s; REST: connection refused\)$/,
  ],
  [
    'the key names somebody who is not configured',
    withMember(withDcs(base, { leader: 'pg9' }), 'pg2', dead),
    'leader-silent',
    'bad',
    /^pg9 holds .* not in Trunkline's configuration/,
  ],
  [
    'nothing tells who leads',
    { ...withMember(base, 'pg2', dead), dcs: notRead() },
    'leader-unknown',
    'bad',
    /^leader unknown: no member that answered/,
  ],
  [
    'REST and SQL disagree on a role',
    restOf('pg1', { role: 'primary' }),
    'rest-against-sql',
    'bad',
    /^pg1: REST says primary, SQL says it is in recovery/,
  ],
  [
    'the sync key is left from the leader before',
    withDcs(syncOn, { sync: { leader: 'pg1', standbys: [] } }),
    'sync-names-other-leader',
    'warn',
    /still names pg1 as leader, pg2 leads$/,
  ],
];

itSays('the leader', LEADER);
