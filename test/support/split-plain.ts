import { lookForPlainRebuild, PlainRebuildFacts } from '../../src/checks/plain-rebuild-facts.ts';
import { type PlainRebuild, planPlainRebuild } from '../../src/checks/plain-rebuild-plan.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import { type FakeCluster, fakeCluster, notRead, shownValue } from './fake-cluster.ts';
import { PARTED, dataIn, splitData } from './fake-rebuild.ts';
import { SPLIT } from './fake-streaming.ts';
import { type Loose, MIB } from './healthy-cluster.ts';

/** One change of the fake plain cluster with a second primary. */
export type Change = (fake: FakeCluster) => void;
export type Asked = Partial<Parameters<typeof planPlainRebuild>[1]>;

/** What is planned for a member of it after that change. */
export async function planned(change: Change, asked: Asked = {}, node = 'pg3'): Promise<PlainRebuild> {
  const fake = fakeCluster();
  splitData(fake);
  change(fake);
  const facts = PlainRebuildFacts.parse(await lookForPlainRebuild(SPLIT, node, fake.view));
  return planPlainRebuild(facts, { how: 'auto', discard: node, ...asked });
}

export const memberOf = ({ split }: FakeCluster, name: string) => {
  const found = split.shown.snapshot.members.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
export const sqlIn = (fake: FakeCluster, name: string) => shownValue(memberOf(fake, name).sql) as Loose<SqlMember>;
export const serverIn = (fake: FakeCluster, name: string) => shownValue(fake.split.shown.servers[name]);
export const control = (fake: FakeCluster, name = 'pg3') => {
  const found = serverIn(fake, name).control;
  if (!found) throw new Error(`${name} has a control file here`);
  return found;
};
/** pg3 is stopped as a primary and stands there. */
export const stopped =
  (checkpointLsn: number, state = 'shut down', more: Change = () => undefined): Change =>
  (fake) => {
    memberOf(fake, 'pg3').sql = notRead('connection refused') as Loose<ReturnType<typeof notRead>>;
    Object.assign(serverIn(fake, 'pg3'), { process: 'stopped' });
    Object.assign(control(fake), { state, checkpointLsn, redoLsn: checkpointLsn });
    more(fake);
  };
export const before = PARTED - MIB;
export const both =
  (...changes: readonly Change[]): Change =>
  (fake) => {
    for (const change of changes) change(fake);
  };
export const histories =
  (own: { timeline: number; left: { timeline: number; lsn: number }[] }): Change =>
  (fake) => {
    dataIn(fake, 'pg3').history = own;
    Object.assign(control(fake), { timeline: own.timeline });
    if (memberOf(fake, 'pg3').sql.ok) sqlIn(fake, 'pg3').timeline = own.timeline;
  };
