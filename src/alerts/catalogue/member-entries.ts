import type { SituationName } from '../../core/situation-name.ts';
import { minutes, seconds } from '../../core/units.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

type MemberSituation = Extract<
  SituationName,
  | 'other-database'
  | 'member-gone'
  | 'member-diverged'
  | 'member-stuck'
  | 'replication-stopped'
  | 'replication-lag'
  | 'pending-restart'
  | 'watchdog-failed'
  | 'disk-low'
>;

/** What is wrong with one member. */
export const memberEntries: Readonly<Record<MemberSituation, CatalogueEntry>> = {
  'other-database': {
    ...{ severity: 'critical', title: 'member of another database', forMs: seconds(30), clearMs: seconds(30) },
    firstLook: 'Find out whose data it is before anybody reinitialises the member.',
    likelyCause: 'A data directory was copied or made anew, or a host is configured in the wrong cluster.',
    offers: ['status CLUSTER'],
  },
  'member-gone': {
    ...{ severity: 'warning', title: 'member gone', forMs: minutes(1), clearMs: seconds(20) },
    firstLook: 'See whether the host is up and its Patroni runs.',
    likelyCause: 'The host is down or cut off, or Patroni was stopped there.',
    offers: ['status CLUSTER', 'logs CLUSTER ABOUT'],
  },
  'member-diverged': {
    ...{ severity: 'warning', title: 'member diverged', forMs: minutes(1), clearMs: seconds(30) },
    firstLook: 'See whether it can be rewound; keep its data until it is known what only it has.',
    likelyCause: 'It was the primary when another was promoted, and wrote on after the point where they parted.',
    offers: ['rebuild CLUSTER ABOUT --dry-run', 'logs CLUSTER ABOUT --unit postgres'],
  },
  'member-stuck': {
    ...{ severity: 'warning', title: 'member stuck', forMs: minutes(10), clearMs: minutes(1) },
    firstLook: 'Read its logs: the same line again and again names what it lacks.',
    likelyCause: 'WAL that it needs is gone, its copy fails again and again, or its timeline has no future.',
    offers: ['logs CLUSTER ABOUT --unit postgres', 'rebuild CLUSTER ABOUT --dry-run'],
  },
  'replication-stopped': {
    ...{ severity: 'warning', title: 'replication stopped', forMs: minutes(2), clearMs: seconds(30) },
    firstLook: "Read the standby's log for why it can not connect or go on.",
    likelyCause: 'Its WAL receiver can not reach or log in to the leader, or the WAL that it needs is gone.',
    offers: ['lag CLUSTER', 'logs CLUSTER ABOUT --unit postgres'],
  },
  'replication-lag': {
    ...{ severity: 'warning', title: 'replication lag', forMs: minutes(1), clearMs: seconds(30) },
    firstLook: 'See whether it shrinks, and who writes so much or blocks the replay.',
    likelyCause: 'A burst of writes, a slow disk or network, or a long query that holds back the replay.',
    offers: ['lag CLUSTER', 'activity CLUSTER ABOUT'],
  },
  'pending-restart': {
    ...{ severity: 'warning', title: 'restart pending', forMs: minutes(30), clearMs: seconds(30) },
    firstLook: 'Plan a restart; until then the member runs with the old setting.',
    likelyCause: 'A setting was changed that PostgreSQL takes up only when it starts.',
    offers: ['restart CLUSTER --pending', 'config show CLUSTER'],
  },
  'watchdog-failed': {
    ...{ severity: 'warning', title: 'watchdog not active', forMs: minutes(1), clearMs: seconds(30) },
    firstLook: 'Check the device, its owner and the module (softdog) on the host.',
    likelyCause: 'The watchdog device is missing or belongs to somebody else.',
    offers: ['logs CLUSTER ABOUT', 'status CLUSTER'],
  },
  'disk-low': {
    ...{ severity: 'warning', title: 'disk nearly full', forMs: minutes(1), clearMs: minutes(1) },
    firstLook: 'Find what grows: WAL that a slot or the archiver holds back, logs, or data.',
    likelyCause: 'An inactive slot, a failing archiver, a big load or kept data directories.',
    offers: ['slots CLUSTER', 'kept CLUSTER', 'status CLUSTER'],
  },
};
