import type { Severity } from '../../core/severity.ts';
import type { ConditionName } from '../../core/situation-name.ts';
import { memberSlotName } from '../../core/slot-detail.ts';
import type { Observation } from './observation.ts';
import { memberRoots, root } from './roots.ts';
import type { ClusterSight, Found } from './sight.ts';

/** What a finding of `/pg status` is about, and so which roots it has. */
type About = 'cluster' | 'member' | 'slot' | 'proxy' | 'vip';

interface Meaning {
  readonly situation: ConditionName;
  readonly of: About;
  /** In place of the catalogue's. */
  readonly severity?: Severity;
  /** It can follow from a lost leader, or from what else is wrong with the cluster as a whole. */
  readonly follows?: true;
  /** Other troubles of the cluster follow from it. */
  readonly leads?: true;
}

/** Findings of the judgement that are conditions once they last; all others are told by rules of their own, or by nobody. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  'key-without-primary': { situation: 'key-without-primary', of: 'member', follows: true, leads: true },
  'primary-without-key': { situation: 'no-leader', of: 'cluster', follows: true, leads: true },
  'no-leader': { situation: 'no-leader', of: 'cluster', follows: true, leads: true },
  'two-primaries': { situation: 'two-primaries', of: 'cluster', follows: true, leads: true },
  'leader-silent': { situation: 'member-gone', of: 'member', follows: true },
  'member-silent': { situation: 'member-gone', of: 'member', follows: true },
  'member-not-in-dcs': { situation: 'member-gone', of: 'member', follows: true },
  'systemid-apart': { situation: 'other-database', of: 'member' },
  'failsafe-active': { situation: 'failsafe-active', of: 'cluster', follows: true, leads: true },
  'not-streaming': { situation: 'replication-stopped', of: 'member', follows: true },
  'replay-paused': { situation: 'replication-stopped', of: 'member' },
  'no-successor': { situation: 'no-successor', of: 'cluster', follows: true },
  'nofailover-everywhere': { situation: 'no-successor', of: 'cluster', severity: 'warning' },
  'strict-without-sync': { situation: 'sync-standby-missing', of: 'cluster', severity: 'critical', follows: true },
  'no-sync-standby': { situation: 'sync-standby-missing', of: 'cluster', follows: true },
  'slot-inactive': { situation: 'slot-inactive', of: 'slot', follows: true },
  'slot-safe-low': { situation: 'slot-nearly-lost', of: 'slot', follows: true },
  'slot-unreserved': { situation: 'slot-nearly-lost', of: 'slot', follows: true },
  'slot-lost': { situation: 'slot-nearly-lost', of: 'slot', follows: true },
  'archiver-failing': { situation: 'archiver-failing', of: 'member' },
  paused: { situation: 'paused-too-long', of: 'cluster' },
  'pending-restart': { situation: 'pending-restart', of: 'member' },
  'watchdog-failed': { situation: 'watchdog-failed', of: 'member' },
  'proxy-silent': { situation: 'proxy-silent', of: 'proxy' },
  'proxy-without-primary': { situation: 'proxy-no-primary', of: 'proxy', follows: true },
  'proxy-two-primaries': { situation: 'proxy-two-primaries', of: 'proxy', follows: true },
  'proxy-routes-to-other': { situation: 'proxy-disagrees', of: 'proxy', follows: true },
  'vip-without-holder': { situation: 'vip-no-holder', of: 'vip' },
  'vip-two-holders': { situation: 'vip-two-holders', of: 'vip' },
};

/** The conditions among what `/pg status` would say, with the roots by which they fold. */
export function foundConditions(sight: ClusterSight): readonly Observation[] {
  return sight.found.flatMap((found) => {
    const meaning = MEANINGS[found.id];
    return meaning ? [observed(sight, found, meaning)] : [];
  });
}

function observed(sight: ClusterSight, found: Found, meaning: Meaning): Observation {
  const { situation, severity, of, follows, leads } = meaning;
  const cluster = root.cluster(sight.snapshot.cluster.name);
  const evidence = evidenceFor(sight, found, of);
  return {
    situation,
    ...(found.about === undefined ? {} : { about: found.about }),
    says: found.says,
    ...(severity === undefined ? {} : { severity }),
    ...(evidence === undefined ? {} : { evidence }),
    joins: [...own(sight, found, of), ...(follows ? [cluster] : [])],
    provides: leads ? [cluster] : provided(sight, found, situation),
  };
}

function own({ snapshot, proxyHosts }: ClusterSight, { about = '' }: Found, of: About): readonly string[] {
  switch (of) {
    case 'member':
      return memberRoots(snapshot, about);
    case 'slot':
      return snapshot.members
        .filter(({ name }) => memberSlotName(name) === about)
        .flatMap(({ name }) => memberRoots(snapshot, name));
    case 'proxy':
      return hostRoots(proxyHosts[about]);
    case 'vip':
      return Object.values(proxyHosts).map(root.host);
    case 'cluster':
      return [];
  }
}

function provided(
  { snapshot, proxyHosts }: ClusterSight,
  { id, about = '' }: Found,
  situation: ConditionName,
): readonly string[] {
  // Where something still answers the host is up, and what else is wrong there has another cause.
  if (id === 'member-not-in-dcs') return [root.member(snapshot.cluster.name, about)];
  if (situation === 'member-gone') return memberRoots(snapshot, about);
  const host = proxyHosts[about];
  return situation === 'proxy-silent' && snapshot.members.every((member) => member.host !== host) ? hostRoots(host) : [];
}

const hostRoots = (host: string | undefined): readonly string[] => (host === undefined ? [] : [root.host(host)]);

/** Where it was read; a silence says so itself. */
function evidenceFor({ snapshot, primary }: ClusterSight, { id, about }: Found, of: About): string | undefined {
  if (id.endsWith('-silent')) return undefined;
  const member = (name: string | undefined) => snapshot.members.find((one) => one.name === name);
  if (['not-streaming', 'no-successor', 'archiver-failing'].includes(id) || of === 'slot') return member(primary)?.sql.source;
  if (['pending-restart', 'watchdog-failed'].includes(id)) return member(about)?.patroni.source;
  if (of === 'proxy') return snapshot.proxies.find(({ name }) => name === about)?.stats.source;
  if (of === 'vip') return snapshot.vip?.holders.source;
  return id === 'paused' && snapshot.dcs.ok ? snapshot.dcs.source : undefined;
}
