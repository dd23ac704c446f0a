import type { MemberReadings, Snapshot } from '../core/cluster.ts';
import { known } from '../core/reading.ts';

/**
 * What the evidence comes to. `leads`: a primary that nothing denies. `silent-key`: the holder of the leader key does not answer.
 * `key-without-primary`: it answers and is no primary. `primary-without-key`, `several`, `none`: as they say. `unread`: too little
 * could be read to tell.
 */
export type Standing = 'leads' | 'silent-key' | 'key-without-primary' | 'primary-without-key' | 'several' | 'none' | 'unread';

/** Who each source takes for the leader. */
export interface LeaderEvidence {
  readonly standing: Standing;
  /** Set only when `standing` is `leads`. */
  readonly leader?: string;
  /** The only member that acts as primary, whether or not it holds the key. */
  readonly primary?: string;
  /** Every member that acts as primary: by SQL, or by REST where SQL did not answer. */
  readonly primaries: readonly string[];
  /** The holder of the leader key in etcd. */
  readonly key?: string;
  readonly rest: readonly string[];
  readonly sql: readonly string[];
  readonly routed: readonly { readonly proxy: string; readonly members: readonly string[] }[];
}

/**
 * Collects who leads by the etcd key, REST, SQL and HAProxy. The key alone never makes a leader: it outlives its holder by up to
 * `ttl` (Patroni docs/dynamic_configuration.rst). SQL decides over REST, because Patroni caches the role for a loop.
 */
export function leaderEvidence(snapshot: Snapshot): LeaderEvidence {
  const { members, cluster } = snapshot;
  const patroni = cluster.mode === 'patroni';
  const dcs = patroni ? known(snapshot.dcs) : undefined;
  const standbyCluster = dcs?.config.standbyCluster ?? false;
  const primaries = members
    .filter((m) => actsAsPrimary(m, { patroni, standbyCluster, key: dcs?.leader }))
    .map(({ name }) => name);
  const [first, second] = primaries;
  const standing = standingOf(snapshot, primaries, dcs);
  return {
    standing,
    ...(standing === 'leads' && first ? { leader: first } : {}),
    ...(first && second === undefined ? { primary: first } : {}),
    primaries,
    ...(dcs?.leader ? { key: dcs.leader } : {}),
    rest: patroni ? members.filter((m) => isPrimaryByRest(m, standbyCluster)).map(({ name }) => name) : [],
    sql: members.filter((m) => known(m.sql)?.inRecovery === false).map(({ name }) => name),
    routed: snapshot.proxies.flatMap(({ name, stats }) =>
      stats.ok ? [{ proxy: name, members: upServers(stats.value.primary) }] : [],
    ),
  };
}

/** The servers that a backend sends traffic to: HAProxy says `UP`, or `UP 1/3` while a check fails. */
export function upServers(servers: readonly { readonly member: string; readonly status: string }[]): readonly string[] {
  return servers.filter(({ status }) => status.startsWith('UP')).map(({ member }) => member);
}

interface Setting {
  readonly patroni: boolean;
  readonly standbyCluster: boolean;
  readonly key: string | undefined;
}

function actsAsPrimary(member: MemberReadings, { patroni, standbyCluster, key }: Setting): boolean {
  const sql = known(member.sql);
  if (standbyCluster) return member.patroni.ok ? isPrimaryByRest(member, true) : sql !== undefined && member.name === key;
  if (sql) return !sql.inRecovery;
  return patroni && isPrimaryByRest(member, false);
}

function isPrimaryByRest(member: MemberReadings, standbyCluster: boolean): boolean {
  const rest = known(member.patroni);
  // Patroni answers with the last known role while PostgreSQL is down.
  return rest !== undefined && rest.state === 'running' && rest.role === (standbyCluster ? 'standby_leader' : 'primary');
}

function standingOf(
  { members, cluster }: Snapshot,
  primaries: readonly string[],
  dcs: { readonly leader?: string } | undefined,
): Standing {
  if (primaries.length > 1) return 'several';
  const silent = (m: MemberReadings) => !m.sql.ok && !(cluster.mode === 'patroni' && m.patroni.ok);
  if (!dcs) {
    if (primaries.length === 1) return 'leads';
    return members.some(silent) ? 'unread' : 'none';
  }
  if (dcs.leader === undefined) return primaries.length === 1 ? 'primary-without-key' : 'none';
  if (primaries.includes(dcs.leader)) return 'leads';
  const holder = members.find(({ name }) => name === dcs.leader);
  return !holder || silent(holder) ? 'silent-key' : 'key-without-primary';
}
