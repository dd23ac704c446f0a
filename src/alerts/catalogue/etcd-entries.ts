import type { SituationName } from '../../core/situation-name.ts';
import { minutes, seconds } from '../../core/units.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

type EtcdSituation = Extract<
  SituationName,
  | 'etcd-member-down'
  | 'etcd-no-leader'
  | 'etcd-no-quorum'
  | 'etcd-alarm'
  | 'etcd-slow-disk'
  | 'etcd-leader-changes'
  | 'etcd-member-count'
>;

/** What is wrong with an etcd, whatever clusters hang on it. */
export const etcdEntries: Readonly<Record<EtcdSituation, CatalogueEntry>> = {
  'etcd-member-down': {
    ...{ severity: 'warning', title: 'etcd member down', forMs: minutes(2), clearMs: seconds(30) },
    firstLook: 'Bring it back before a second one fails: then no cluster on it has a leader.',
    likelyCause: 'The host is down or cut off, or etcd ended there: a full disk, a broken data directory.',
    offers: ['clusters'],
  },
  'etcd-no-leader': {
    ...{ severity: 'critical', title: 'etcd has no leader', forMs: seconds(15), clearMs: seconds(20) },
    firstLook: 'See which etcd members run and reach each other; never promote a PostgreSQL by hand.',
    likelyCause: 'The members can not agree: a cut network, too few of them, or disks that are too slow.',
    offers: ['clusters'],
  },
  'etcd-no-quorum': {
    ...{ severity: 'critical', title: 'etcd has no quorum', forMs: seconds(10), clearMs: seconds(20) },
    firstLook: 'Bring a majority of its members back; never promote a PostgreSQL by hand.',
    likelyCause: 'A majority of its hosts is down or cut off.',
    offers: ['clusters'],
  },
  'etcd-alarm': {
    ...{ severity: 'critical', title: 'etcd alarm', forMs: 0, clearMs: seconds(20) },
    firstLook: 'With NOSPACE compact, defragment and disarm; with CORRUPT take the member out and replace it.',
    likelyCause: 'Its database has reached the quota (NOSPACE), or the members hold different data (CORRUPT).',
    offers: ['clusters'],
  },
  'etcd-slow-disk': {
    ...{ severity: 'warning', title: 'etcd writes slowly', forMs: minutes(2), clearMs: minutes(2) },
    firstLook: 'See who else writes to that disk; Patroni loses its lease when etcd is too slow.',
    likelyCause: 'A busy or failing disk, or etcd beside PostgreSQL on the same one.',
    offers: ['clusters'],
  },
  'etcd-leader-changes': {
    ...{ severity: 'warning', title: 'etcd changes its leader often', forMs: 0, clearMs: minutes(1) },
    firstLook: 'Look at the network between its members and at their disks.',
    likelyCause: 'Lost or late heartbeats: an unsteady network, a busy host or a slow disk.',
    offers: ['clusters'],
  },
  'etcd-member-count': {
    ...{ severity: 'warning', title: 'etcd members are not as they should be', forMs: minutes(10), clearMs: minutes(1) },
    firstLook: "Compare etcd's member list with Trunkline's configuration; keep an odd number of voters.",
    likelyCause: 'A member was added or removed and the work was not ended, or the configuration was not changed with it.',
    offers: ['clusters'],
  },
};
