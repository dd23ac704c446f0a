import { type Case, itSays } from '../support/expect-finding.ts';
import { withConfig, withDcs, withMember, withRest } from '../support/snapshot-changes.ts';
import { healthy, NOW, notRead } from '../support/snapshots.ts';

const base = healthy();
const restOf = (name: string, change: Parameters<typeof withRest>[1]) => withMember(base, name, (one) => withRest(one, change));

const PATRONI: readonly Case[] = [
  ['the cluster is paused', withConfig(base, { paused: true }), 'paused', 'warn', /no automatic failover/],
  ['pause is known by REST when etcd is not', { ...restOf('pg1', { paused: true }), dcs: notRead() }, 'paused', 'warn', /paused/],
  ['failsafe is active', restOf('pg2', { failsafeActive: true }), 'failsafe-active', 'bad', /failsafe mode is active \(by pg2\)/],
  ['the watchdog failed', restOf('pg2', { watchdogFailed: true }), 'watchdog-failed', 'warn', /watchdog on pg2/],
  [
    'Patroni has not seen etcd',
    restOf('pg3', { dcsLastSeenS: NOW / 1000 - 90 }),
    'dcs-last-seen',
    'warn',
    /^Patroni on pg3 last reached etcd 1 min 30 s ago$/,
  ],
  [
    'PostgreSQL does not start',
    restOf('pg3', { state: 'start failed' }),
    'member-state',
    'warn',
    /^PostgreSQL on pg3 is down: Patroni says 'start failed'$/,
  ],
  [
    'a restart is pending, with its reason',
    restOf('pg1', { pendingRestart: true, pendingRestartReason: { max_connections: { old: '100', new: '200' } } }),
    'pending-restart',
    'info',
    /^pg1 waits for a restart: max_connections 100 -> 200$/,
  ],
  [
    'a restart is pending on an old Patroni',
    restOf('pg1', { pendingRestart: true }),
    'pending-restart',
    'info',
    /does not say for which setting$/,
  ],
  [
    'a restart is scheduled',
    restOf('pg1', { scheduledRestart: '2026-11-24T03:00:00+00:00' }),
    'scheduled-restart',
    'info',
    /^restart of pg1 is scheduled for 2026-11-24T03:00:00Z$/,
  ],
  [
    'a switchover is scheduled',
    withDcs(base, { failover: { leader: 'pg2', candidate: 'pg1', scheduledAt: '2026-11-24T03:00:00+00:00' } }),
    'scheduled-switchover',
    'info',
    /^switchover from pg2 to pg1 is scheduled for 2026-11-24T03:00:00Z$/,
  ],
  [
    'a switchover is under way',
    withDcs(base, { failover: { leader: 'pg2' } }),
    'switchover-now',
    'info',
    /^switchover from pg2 to the best candidate was asked for/,
  ],
  [
    'nobody else may lead',
    withMember(restOf('pg1', { tags: { nofailover: true } }), 'pg3', (one) => withRest(one, { tags: { failover_priority: 0 } })),
    'nofailover-everywhere',
    'warn',
    /if pg2 fails, Patroni promotes nobody$/,
  ],
];

itSays('Patroni', PATRONI);
