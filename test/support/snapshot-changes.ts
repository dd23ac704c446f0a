import type { Dcs, MemberReadings, PatroniMember, Snapshot, SqlMember, Standby } from '../../src/core/cluster.ts';
import type { DcsConfig } from '../../src/core/dcs-config.ts';
import { changed, config, notRead, standbyRow } from './snapshots.ts';

/** A member with some of what SQL says changed. */
export const withSql = (one: MemberReadings, change: Partial<SqlMember>): MemberReadings => ({
  ...one,
  sql: changed(one.sql, change),
});
/** A member with some of what Patroni's REST API says changed. */
export const withRest = (one: MemberReadings, change: Partial<PatroniMember>): MemberReadings => ({
  ...one,
  patroni: changed(one.patroni, change),
});
/** A member whose host is dead. */
export const dead = (one: MemberReadings): MemberReadings => ({
  ...one,
  sql: notRead('no answer within 2 s', `SQL on ${one.name}`),
  patroni: notRead('connection refused', `REST on ${one.name}`),
  disk: notRead('no route to host', `df on ${one.name}`),
});

/** A snapshot with one member changed. */
export function withMember(snapshot: Snapshot, name: string, change: (one: MemberReadings) => MemberReadings): Snapshot {
  return { ...snapshot, members: snapshot.members.map((one) => (one.name === name ? change(one) : one)) };
}
/** A snapshot with some of etcd's keys changed. */
export const withDcs = (snapshot: Snapshot, change: Partial<Dcs>): Snapshot => ({
  ...snapshot,
  dcs: changed(snapshot.dcs, change),
});
/** A snapshot with some of the dynamic configuration changed. */
export const withConfig = (snapshot: Snapshot, change: Partial<DcsConfig>): Snapshot =>
  withDcs(snapshot, { config: { ...config, ...change } });
/** A snapshot with the row of one standby on the leader pg2 changed. */
export const withRow = (snapshot: Snapshot, name: string, change: Partial<Standby>): Snapshot =>
  withMember(snapshot, 'pg2', (one) =>
    withSql(one, { standbys: ['pg1', 'pg3'].map((standby) => standbyRow(standby, standby === name ? change : {})) }),
  );
/** A snapshot in which every source has one member on this timeline. */
export function leftBehind(snapshot: Snapshot, name: string, timeline: number): Snapshot {
  const members = snapshot.dcs.ok ? snapshot.dcs.value.members : {};
  const key = { tags: {}, ...members[name], timeline };
  const both = (one: MemberReadings) => withRest(withSql(one, { timeline }), { timeline });
  return withMember(withDcs(snapshot, { members: { ...members, [name]: key } }), name, both);
}
