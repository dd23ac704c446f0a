import type { Dcs, MemberReadings } from '../core/cluster.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import type { FailoverFacts } from './failover-facts.ts';
import { lastTimeline } from './lost-leader.ts';

/** The facts once it is known who led: what every check of a failover is made from. */
export interface FailoverScene {
  readonly facts: FailoverFacts;
  readonly cluster: string;
  readonly dcs: Dcs;
  /** The lost leader. */
  readonly leader: MemberReadings;
  readonly others: readonly MemberReadings[];
  /** That the cluster was on when it lost its leader. */
  readonly timeline: number;
  readonly systemId: string;
}

/**
 * Sets the scene.
 * @throws Refusal when there is nothing to plan from: another kind of cluster, no DCS, nobody who can be told to have led.
 */
export function failoverScene(facts: FailoverFacts): FailoverScene {
  const { cluster, dcs, members } = facts.snapshot;
  const status = `\`/pg status ${cluster.name}\``;
  if (cluster.mode !== 'patroni')
    throw refusal(`${cluster.name} is not run by Patroni (mode: ${cluster.mode})`, 'This failover is for clusters of Patroni.');
  if (!dcs.ok)
    throw refusal(
      `the DCS of ${cluster.name} cannot be read: ${dcs.why}`,
      'Without the DCS Patroni promotes nobody, and what it holds is not known. Bring etcd back first.',
    );
  if (dcs.value.config.standbyCluster)
    throw refusal(
      `${cluster.name} is a standby cluster: its leader follows another cluster and takes no writes`,
      'Failing a standby cluster over is not supported. Fail over the cluster that it follows.',
    );
  const leader = members.find(({ name }) => name === facts.leader);
  if (!leader)
    throw refusal(
      `who led ${cluster.name} last cannot be told: nobody holds the leader key, and its history does not say it`,
      `Look at ${status}; bring the silent members back one by one.`,
    );
  const { systemId } = dcs.value;
  if (systemId === undefined)
    throw refusal(`the DCS does not hold the system identifier of ${cluster.name}`, `Look at ${status}: is it initialised?`);
  return {
    facts,
    cluster: cluster.name,
    dcs: dcs.value,
    leader,
    others: members.filter(({ name }) => name !== leader.name).sort((a, b) => (a.name < b.name ? -1 : 1)),
    timeline: lastTimeline(dcs.value, members),
    systemId,
  };
}

/** The member to promote. @throws Refusal that lists the members, or says that it is the lost leader itself. */
export function failoverCandidate({ cluster, leader, others }: FailoverScene, name: string): MemberReadings {
  if (name === leader.name)
    throw refusal(
      `${name} is the leader that is to be replaced`,
      `Name another member, or leave it out: \`/pg failover ${cluster}\`.`,
    );
  const found = others.find((member) => member.name === name);
  if (found) return found;
  const names = others.map((member) => member.name);
  const near = didYouMean(name, names);
  throw refusal(
    `${cluster} has no member ${JSON.stringify(name)}`,
    `${near ? `Did you mean ${near}? ` : ''}Beside ${leader.name} its members are ${names.join(', ')}.`,
  );
}

/** The last byte of WAL that a standby has: received, or replayed where its receiver has not run since it started. */
export function hasUpTo({ sql }: MemberReadings): number | undefined {
  const { receiveLsn, replayLsn } = known(sql) ?? {};
  return receiveLsn === undefined && replayLsn === undefined ? undefined : Math.max(receiveLsn ?? 0, replayLsn ?? 0);
}
