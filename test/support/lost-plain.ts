import { lookForPlainFailover } from '../../src/checks/plain-failover-facts.ts';
import { plainFailoverPreflight } from '../../src/checks/plain-failover-checks.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { Seen } from '../../src/core/sighting.ts';
import { type FakeCluster, fakeCluster, notRead, shownValue } from './fake-cluster.ts';
import { LOST } from './fake-streaming.ts';
import { type Loose, read } from './healthy-cluster.ts';

/** One change of the fake plain cluster that has lost its primary pg1. */
export type LostChange = (fake: FakeCluster) => void;
export const dead: LostChange = () => undefined;
export const memberOf = ({ lost }: FakeCluster, name: string) => {
  const found = lost.shown.snapshot.members.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
export const sqlIn = (fake: FakeCluster, name: string) => shownValue(memberOf(fake, name).sql) as Loose<SqlMember>;
export const replays = (timeline: number) => ({ systemId: '7711123950511697988', timeline });
export const seen =
  (value: Seen): LostChange =>
  ({ lost }) => {
    for (const sighting of lost.shown.sightings) Object.assign(sighting, { seen: read(value) });
  };
export const away: LostChange = ({ lost }) => void Object.assign(lost.shown.servers, { pg1: notRead('no route to host') });

export async function checkOf(id: string, change: LostChange, fencedBy?: string) {
  const fake = fakeCluster();
  change(fake);
  const { checks } = plainFailoverPreflight(await factsOf(fake), { to: 'pg2', fencedBy });
  return checks.find((one) => one.id === id);
}

export async function factsOf(fake: FakeCluster) {
  const { leader, ...facts } = await lookForPlainFailover(LOST, fake.view);
  return { ...facts, ...(leader === undefined ? {} : { leader }) };
}
