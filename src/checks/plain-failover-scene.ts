import type { MemberReadings } from '../core/cluster.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import type { PlainFailoverFacts } from './plain-failover-facts.ts';
import { replayedBy } from './plain-timeline-check.ts';

/** The lost primary, and the standbys that answer, the most advanced first. @throws Refusal when nothing sensible can be planned. */
export function lostSceneOf(facts: PlainFailoverFacts) {
  const { snapshot, leader: name } = facts;
  const { cluster, members } = snapshot;
  const status = `\`/pg status ${cluster.name}\``;
  const primaries = members.filter(({ sql }) => known(sql)?.inRecovery === false).map((one) => one.name);
  if (primaries.length > 0)
    throw refusal(
      `${primaries.join(' and ')} of ${cluster.name} ${primaries.length > 1 ? 'are' : 'is'} out of recovery, so there is a primary`,
      `A failover loses writes that a switchover keeps: \`/pg switchover ${cluster.name}\`. Look at ${status}.`,
    );
  const leader = members.find((one) => one.name === name);
  if (!leader)
    throw refusal(`who led ${cluster.name} last cannot be told`, `Bring the silent members back one by one; look at ${status}.`);
  const standbys = members
    .filter((one) => one !== leader && known(one.sql)?.inRecovery)
    .toSorted((a, b) => replayed(facts, b) - replayed(facts, a) || upTo(b) - upTo(a) || (a.name < b.name ? -1 : 1));
  return { cluster: cluster.name, leader, standbys };
}

/** @throws Refusal when there is no such member, or it is the lost one. */
export function lostCandidate({ snapshot, leader }: PlainFailoverFacts, name: string): MemberReadings {
  const others = snapshot.members.filter((one) => one.name !== leader);
  const found = others.find((one) => one.name === name);
  if (found) return found;
  if (name === leader) throw refusal(`${name} is the primary that is to be replaced`, 'Name another member, or leave it out.');
  const near = didYouMean(
    name,
    others.map((one) => one.name),
  );
  throw refusal(
    `${snapshot.cluster.name} has no member ${JSON.stringify(name)}`,
    `${near ? `Did you mean ${near}? ` : ''}Beside ${leader ?? 'the primary'} its members are ${others.map((one) => one.name).join(', ')}.`,
  );
}

/** 0 where it is not known. */
export function replayed(facts: PlainFailoverFacts, member: MemberReadings): number {
  return replayedBy(facts, member)?.timeline ?? 0;
}

/** Where the WAL ends that it has received or replayed. */
export function upTo({ sql }: MemberReadings): number {
  const { receiveLsn = 0, replayLsn = 0 } = known(sql) ?? {};
  return Math.max(receiveLsn, replayLsn);
}
