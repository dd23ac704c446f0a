import type { Activity, Dcs, MemberReadings, SqlMember } from '../core/cluster.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { type Reading, known } from '../core/reading.ts';
import { replicatesFrom } from '../core/replicates-from.ts';
import { memberOf, type SwitchoverFacts } from './switchover-facts.ts';

/** The facts once it is known who leads: what every check of a switchover is made from. */
export interface Scene {
  readonly facts: SwitchoverFacts;
  readonly cluster: string;
  readonly dcs: Dcs;
  readonly leader: MemberReadings;
  /** By SQL on the leader. */
  readonly leaderSql: SqlMember;
  /** All but the leader, by name. */
  readonly others: readonly MemberReadings[];
}

/** The same without Patroni, where SQL alone says who leads. */
export type BareScene = Omit<Scene, 'dcs'>;

/**
 * Sets the scene.
 * @throws Refusal when there is nothing to plan from: another kind of cluster, no DCS, no leader, a leader that does not answer.
 * `noun`: what is planned, for its sentences.
 */
export function sceneOf(facts: SwitchoverFacts, noun = 'switchover'): Scene {
  const { cluster, dcs, members } = facts.snapshot;
  if (cluster.mode !== 'patroni')
    throw refusal(
      `${cluster.name} is not run by Patroni (mode: ${cluster.mode})`,
      `A ${noun} goes through Patroni: it is for clusters that Patroni runs.`,
    );
  if (!dcs.ok)
    throw refusal(
      `the DCS of ${cluster.name} cannot be read: ${dcs.why}`,
      `Without the DCS nobody knows who leads, and no ${noun} is planned. See to etcd first.`,
    );
  requireSupportedKind(cluster.name, dcs.value, members, noun);
  const name = dcs.value.leader;
  if (name === undefined)
    throw refusal(
      `${cluster.name} has no leader: nobody holds the leader key`,
      `A ${noun} needs one. Look at \`/pg status ${cluster.name}\`: it says what Patroni waits for.`,
    );
  const leader = memberOf(facts, name);
  if (!leader)
    throw refusal(
      `the leader ${name} is not in the configuration of ${cluster.name}`,
      'Add it to the members in the configuration, then ask again.',
    );
  if (!leader.sql.ok)
    throw refusal(
      `${name} holds the leader key of ${cluster.name} but does not answer by SQL: ${leader.sql.why}`,
      `Nothing proves that it is the primary. Look at \`/pg status ${cluster.name}\`.`,
    );
  const others = members.filter((member) => member.name !== name).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { facts, cluster: cluster.name, dcs: dcs.value, leader, leaderSql: leader.sql.value, others };
}

/** The member with that name, not the leader. @throws Refusal that lists the members, or says that it leads already. */
export function candidateIn(scene: BareScene, name: string): MemberReadings {
  if (name === scene.leader.name)
    throw refusal(`${name} already leads ${scene.cluster}: nothing to do`, 'Name another member with `--to`, or leave it out.');
  const found = scene.others.find((member) => member.name === name);
  if (found) return found;
  const names = [scene.leader.name, ...scene.others.map((member) => member.name)].sort();
  const near = didYouMean(name, names);
  throw refusal(
    `${scene.cluster} has no member ${JSON.stringify(name)}`,
    `${near ? `Did you mean ${near}? ` : ''}Its members are ${names.join(', ')}.`,
  );
}

/** What SQL on a member said of its activity. */
export function activityOf(scene: BareScene, member: string): Reading<Activity> {
  const { activities, snapshot } = scene.facts;
  return activities[member] ?? { ok: false, why: 'it was not asked', source: `SQL on ${member}`, atMs: snapshot.startedAtMs };
}

function requireSupportedKind(cluster: string, dcs: Dcs, members: readonly MemberReadings[], noun: string): void {
  if (dcs.config.standbyCluster)
    throw refusal(
      `${cluster} is a standby cluster: its leader follows another cluster and takes no writes`,
      `A ${noun} of a standby cluster is not supported. Ask for it on the cluster that it follows.`,
    );
  const cascading = cascadeOf(cluster, dcs, members);
  if (cascading)
    throw refusal(
      `${cluster} replicates in a cascade: ${cascading.says}`,
      `A ${noun} of a cascading cluster is not supported. ${cascading.way}, wait until it streams from the leader, and ask again.`,
    );
}

function cascadeOf(
  cluster: string,
  dcs: Dcs,
  members: readonly MemberReadings[],
): { readonly says: string; readonly way: string } | undefined {
  for (const member of members) {
    const { name } = member;
    const upstream = replicatesFrom(member, dcs);
    const way = `Take the tag replicatefrom out of patroni.yml of ${name}, \`/pg reload ${cluster} ${name}\``;
    if (upstream !== undefined) return { says: `${name} replicates from ${upstream} (tag replicatefrom)`, way };
  }
  const names = new Set(members.map(({ name }) => name));
  for (const { name, sql } of members) {
    const value = known(sql);
    const downstream = value?.inRecovery && name !== dcs.leader ? value.standbys.find((row) => names.has(row.name)) : undefined;
    if (downstream)
      return { says: `${downstream.name} streams from the standby ${name}`, way: `Point ${downstream.name} to the leader` };
  }
  return undefined;
}
