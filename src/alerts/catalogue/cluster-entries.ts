import type { SituationName } from '../../core/situation-name.ts';
import { minutes, seconds } from '../../core/units.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

type ClusterSituation = Extract<
  SituationName,
  | 'key-without-primary'
  | 'two-primaries'
  | 'no-leader'
  | 'dcs-lost'
  | 'failsafe-active'
  | 'no-successor'
  | 'sync-standby-missing'
  | 'paused-too-long'
  | 'timeline-jump'
>;

/** What is wrong with a cluster as a whole. */
export const clusterEntries: Readonly<Record<ClusterSituation, CatalogueEntry>> = {
  'key-without-primary': {
    ...{ severity: 'critical', title: 'leader key without a primary', forMs: seconds(30), clearMs: seconds(10) },
    firstLook: 'Nobody takes writes: read the log of the member that holds the key.',
    likelyCause: 'Its PostgreSQL does not start or does not finish its promotion, and Patroni keeps the key meanwhile.',
    offers: ['status CLUSTER', 'logs CLUSTER ABOUT', 'release CLUSTER --dry-run'],
  },
  'two-primaries': {
    ...{ severity: 'critical', title: 'two primaries', forMs: seconds(10), clearMs: seconds(20) },
    firstLook: 'Keep applications off the one that does not hold the leader key before anything else.',
    likelyCause: 'An old primary was started by hand or outside of Patroni, or a cut one could not be demoted.',
    offers: ['status CLUSTER'],
  },
  'no-leader': {
    ...{ severity: 'critical', title: 'no leader', forMs: seconds(30), clearMs: seconds(10) },
    firstLook: 'See what Patroni waits for: etcd, a resume, or a member that may lead.',
    likelyCause: 'No member may take over, Patroni is paused, or etcd takes no writes.',
    offers: ['status CLUSTER', 'failover CLUSTER --confirm CLUSTER --dry-run'],
  },
  'dcs-lost': {
    ...{ severity: 'critical', title: 'etcd lost', forMs: seconds(30), clearMs: seconds(20) },
    firstLook: 'Bring etcd back first; never promote by hand, and restart no member.',
    likelyCause: 'etcd has no quorum, or the network between it and the members is cut.',
    offers: ['status CLUSTER'],
  },
  'failsafe-active': {
    ...{ severity: 'critical', title: 'failsafe mode holds the primary', forMs: seconds(20), clearMs: seconds(20) },
    firstLook: 'Stop or restart no member until etcd is back: one missing answer demotes the primary.',
    likelyCause: 'Patroni has lost etcd; the primary stays only while every member answers it.',
    offers: ['status CLUSTER'],
  },
  'no-successor': {
    ...{ severity: 'critical', title: 'nobody could take over', forMs: minutes(2), clearMs: seconds(30) },
    firstLook: 'Bring one standby back before anything happens to the leader.',
    likelyCause: 'The standbys are down, diverged or cut off from the leader.',
    offers: ['status CLUSTER', 'lag CLUSTER'],
  },
  'sync-standby-missing': {
    ...{ severity: 'warning', title: 'no synchronous standby', forMs: minutes(2), clearMs: seconds(30) },
    firstLook: 'See why no standby streams in time; in strict mode commits wait until one does.',
    likelyCause: 'The synchronous standby went down or fell behind.',
    offers: ['status CLUSTER', 'lag CLUSTER'],
  },
  'paused-too-long': {
    ...{ severity: 'warning', title: 'Patroni paused', forMs: minutes(15), clearMs: seconds(10) },
    firstLook: 'Ask who paused it; while it lasts nobody takes over from a dead leader.',
    likelyCause: 'A maintenance that was not ended.',
    offers: ['resume CLUSTER', 'status CLUSTER'],
  },
  'timeline-jump': {
    ...{ severity: 'warning', title: 'timeline jumped', forMs: 0, clearMs: minutes(30) },
    firstLook: "Compare Patroni's history with what the channel was told.",
    likelyCause: 'Several promotions in a short time, or a promotion outside of Patroni.',
    offers: ['history CLUSTER', 'status CLUSTER'],
  },
};
