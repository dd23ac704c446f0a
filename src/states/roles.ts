import type { Dcs, SqlMember } from '../core/cluster.ts';
import type { Reading } from '../core/reading.ts';
import type { View } from '../core/view.ts';

/** Who is what right now: the DCS and the SQL of every member, asked at the same time. */
export interface Roles {
  readonly dcs: Reading<Dcs>;
  readonly sql: ReadonlyMap<string, Reading<SqlMember>>;
}

/** Reads the roles afresh; no part waits for another. */
export async function readRoles(view: View, cluster: string): Promise<Roles> {
  const names = view.cluster(cluster).members.map(({ name }) => name);
  const [dcs, sql] = await Promise.all([
    view.dcs(cluster),
    Promise.all(names.map(async (name) => [name, await view.sql(cluster, name)] as const)),
  ]);
  return { dcs, sql: new Map(sql) };
}

/** The member that the DCS names leader and that SQL proves to be out of recovery, or the clause that says why there is none. */
export function currentPrimary({
  dcs,
  sql,
}: Roles): { readonly name: string; readonly sql: SqlMember } | { readonly why: string } {
  if (!dcs.ok) return { why: `the DCS cannot be read: ${dcs.why}` };
  const name = dcs.value.leader;
  if (name === undefined) return { why: 'nobody holds the leader key' };
  const reading = sql.get(name);
  if (!reading) return { why: `the DCS names ${name}, which is not in the configuration` };
  if (!reading.ok) return { why: `${name} holds the leader key but does not answer by SQL: ${reading.why}` };
  if (reading.value.inRecovery) return { why: `${name} holds the leader key but is still in recovery` };
  return { name, sql: reading.value };
}
