import type { SituationName } from '../../core/situation-name.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

type LeaderSituation = Extract<
  SituationName,
  | 'switchover'
  | 'failover'
  | 'host-lost'
  | 'network-cut'
  | 'patroni-hung'
  | 'postgres-crashed'
  | 'leader-released'
  | 'leader-blip'
  | 'restart-in-place'
  | 'leader-silent'
  | 'leader-overwritten'
  | 'leader-change-missed'
  | 'flapping'
>;

/** Told at once, and over when a leader is proven. */
const atOnce = { forMs: 0, clearMs: 0 };

/** What changed about a leader. */
export const leaderEntries: Readonly<Record<LeaderSituation, CatalogueEntry>> = {
  switchover: {
    ...{ severity: 'info', title: 'switchover', ...atOnce },
    firstLook: 'See that every member streams from the new leader.',
    likelyCause: 'Somebody asked Patroni for it.',
    offers: ['status CLUSTER', 'history CLUSTER'],
  },
  failover: {
    ...{ severity: 'critical', title: 'failover', ...atOnce },
    firstLook: 'See that the new leader takes writes and whether the old one has come back as a replica.',
    likelyCause: 'The old leader or its host died, or it lost its way to etcd for longer than ttl.',
    offers: ['status CLUSTER', 'history CLUSTER'],
  },
  'host-lost': {
    ...{ severity: 'critical', title: 'host of the leader lost', ...atOnce },
    firstLook: 'Look at the console of the host: power, kernel, hypervisor.',
    likelyCause: 'Power, kernel panic, a watchdog reset or the hypervisor.',
    offers: ['status CLUSTER', 'rebuild CLUSTER ABOUT --dry-run'],
  },
  'network-cut': {
    ...{ severity: 'critical', title: 'leader cut off', ...atOnce },
    firstLook: 'Look at the network of the old leader; applications on its side may still write to it.',
    likelyCause: 'A switch, a firewall rule or a routing change between the leader and etcd.',
    offers: ['status CLUSTER', 'rebuild CLUSTER ABOUT --dry-run'],
  },
  'patroni-hung': {
    ...{ severity: 'critical', title: 'Patroni of the leader hung', ...atOnce },
    firstLook: 'Its PostgreSQL may still take writes: keep applications off the old leader, then look at its Patroni.',
    likelyCause: 'Patroni was stopped, swapped out or starved, or its disk or DNS blocks.',
    offers: ['status CLUSTER', 'logs CLUSTER ABOUT'],
  },
  'postgres-crashed': {
    ...{ severity: 'critical', title: 'PostgreSQL of the leader crashed', ...atOnce },
    firstLook: 'Read the server log of the leader for the reason of the crash.',
    likelyCause: 'The kernel ended it for want of memory, the disk is full, or a bug or an extension crashed it.',
    offers: ['status CLUSTER', 'logs CLUSTER ABOUT --unit postgres'],
  },
  'leader-released': {
    ...{ severity: 'critical', title: 'leader key released', ...atOnce },
    firstLook: 'Ask who stopped or demoted the leader; read its Patroni log.',
    likelyCause: 'Patroni or its host was shut down, or Patroni demoted a leader that it could not keep.',
    offers: ['status CLUSTER', 'logs CLUSTER ABOUT'],
  },
  'leader-blip': {
    ...{ severity: 'info', title: 'leader key lost for a moment', ...atOnce },
    firstLook: 'Look at etcd and at the load of the leader when it happens again.',
    likelyCause: 'The leader renewed its lease too late: slow etcd, a busy host or a short cut.',
    offers: ['status CLUSTER', 'history CLUSTER'],
  },
  'restart-in-place': {
    ...{ severity: 'warning', title: 'leader restarted in place', ...atOnce },
    firstLook: 'Read the server log of the leader for why it ended.',
    likelyCause: 'PostgreSQL crashed and Patroni started it again within primary_start_timeout.',
    offers: ['status CLUSTER', 'logs CLUSTER ABOUT --unit postgres'],
  },
  'leader-silent': {
    ...{ severity: 'critical', title: 'leader does not answer', ...atOnce },
    firstLook: 'Patroni acts when the lease ends; look whether the host is up.',
    likelyCause: 'The host is down, cut off or overloaded.',
    offers: ['status CLUSTER'],
  },
  'leader-overwritten': {
    ...{ severity: 'critical', title: 'leader key overwritten', ...atOnce },
    firstLook:
      'Ask both members by SQL which one is a primary. A holder that is none keeps the others from leading: release the key.',
    likelyCause:
      'An old leader that was cut off came back and wrote its name into the key (Patroni 3.0 does that); else a person or a tool wrote it, or etcd was restored.',
    offers: ['status CLUSTER', 'release CLUSTER', 'history CLUSTER'],
  },
  'leader-change-missed': {
    ...{ severity: 'warning', title: 'leader change while nobody watched', ...atOnce },
    firstLook: "Read Patroni's history and see that every member streams.",
    likelyCause: 'Trunkline or its way to etcd was down when it happened.',
    offers: ['history CLUSTER', 'status CLUSTER'],
  },
  flapping: {
    ...{ severity: 'critical', title: 'leader changes again and again', ...atOnce },
    firstLook:
      'Find what makes leaders fail: etcd, the network, memory, disks. A pause keeps the leader where it is, but then nobody takes over.',
    likelyCause: 'An unsteady network or etcd, or hosts that are too busy to renew the lease.',
    offers: ['status CLUSTER', 'pause CLUSTER --for 30m --reason flapping', 'history CLUSTER'],
  },
};
