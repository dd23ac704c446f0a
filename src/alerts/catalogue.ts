import type { SituationName } from '../core/situation-name.ts';
import { clusterEntries } from './catalogue/cluster-entries.ts';
import { etcdEntries } from './catalogue/etcd-entries.ts';
import { leaderEntries } from './catalogue/leader-entries.ts';
import { memberEntries } from './catalogue/member-entries.ts';
import { routeEntries } from './catalogue/route-entries.ts';
import { walEntries } from './catalogue/wal-entries.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

/** Every situation with what its reader needs at 3 a.m.; the times are defaults that the configuration may change. */
export const catalogue: Readonly<Record<SituationName, CatalogueEntry>> = {
  ...leaderEntries,
  ...clusterEntries,
  ...memberEntries,
  ...walEntries,
  ...etcdEntries,
  ...routeEntries,
};
