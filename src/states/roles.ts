import type { ClusterInfo, Dcs, SqlMember } from '../core/cluster.ts';
import type { Reading } from '../core/reading.ts';
import type { View } from '../core/view.ts';

/** Who is what right now: the DCS and the SQL of every member, asked at the same time. */
export interface Roles {
  /** Without Patroni there is no DCS, and SQL alone decides. */
  readonly mode: ClusterInfo['mode'];
  /** By member. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly dcs: Reading<Dcs>;
  readonly sql: ReadonlyMap<string, Reading<SqlMember>>;
}

/** Reads the roles afresh; no part waits for another. */
export async function readRoles(view: View, cluster: string): Promise<Roles> {
  const { mode, members } = view.cluster(cluster);
  const names = members.map(({ name }) => name);
  const [dcs, sql] = await Promise.all([
    view.dcs(cluster),
    Promise.all(names.map(async (name) => [name, await view.sql(cluster, name)] as const)),
  ]);
  return { mode, hosts: new Map(members.map(({ name, host }) => [name, host])), dcs, sql: new Map(sql) };
}

type Primary = { readonly name: string; readonly sql: SqlMember } | { readonly why: string };

/**
 * The member that SQL proves to be out of recovery and, under Patroni, that the DCS names leader; or the clause that says why there is
 * none. Without Patroni it must be the only one.
 */
export function currentPrimary({ mode, dcs, sql }: Roles): Primary {
  if (mode === 'streaming') return onlyPrimary(sql);
  if (!dcs.ok) return { why: `the DCS cannot be read: ${dcs.why}` };
  const name = dcs.value.leader;
  if (name === undefined) return { why: 'nobody holds the leader key' };
  const reading = sql.get(name);
  if (!reading) return { why: `the DCS names ${name}, which is not in the configuration` };
  if (!reading.ok) return { why: `${name} holds the leader key but does not answer by SQL: ${reading.why}` };
  if (reading.value.inRecovery) return { why: `${name} holds the leader key but is still in recovery` };
  return { name, sql: reading.value };
}

function onlyPrimary(sql: Roles['sql']): Primary {
  const found = [...sql].flatMap(([name, one]) => (one.ok && !one.value.inRecovery ? [{ name, sql: one.value }] : []));
  const [first, ...more] = found;
  if (more.length > 0) return { why: `${found.map(({ name }) => name).join(' and ')} are out of recovery at once: split` };
  if (first) return first;
  const silent = [...sql].filter(([, one]) => !one.ok).map(([name]) => name);
  const rest = silent.length > 0 ? `; ${silent.join(' and ')} did not answer` : '';
  return { why: `no member that answers by SQL is out of recovery${rest}` };
}
