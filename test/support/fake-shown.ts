import type { Dcs } from '../../src/core/cluster.ts';
import { type Loose, NOW, type Shown } from './healthy-cluster.ts';

/** Whatever shows a cluster. */
export interface Showing {
  readonly shown: Shown;
}

/** A reading that could not be had. */
export const notRead = (why = 'no answer within 3 s') => ({ ok: false as const, why, source: 'the fake', atMs: NOW });

/** The value of a reading that the test knows to be there, to change it. */
export function shownValue<T>(reading: { ok: true; value: T } | { ok: false; why: string } | undefined): T {
  if (!reading?.ok) throw new Error('the test wants a reading that is there');
  return reading.value;
}

/** What SQL, Patroni and the DCS show of one member. */
export function memberIn(fake: Showing, name: string) {
  const member = fake.shown.snapshot.members.find((one) => one.name === name);
  if (!member) throw new Error(`there is no ${name}`);
  return { member, sql: shownValue(member.sql), patroni: shownValue(member.patroni) };
}

/** The DCS that is shown. */
export const dcsIn = (fake: Showing): Loose<Dcs> => shownValue(fake.shown.snapshot.dcs);

/** The world in which Patroni is paused, or not any more. */
export function setPaused(fake: Showing, is: boolean): void {
  dcsIn(fake).config.paused = is;
  for (const { patroni } of fake.shown.snapshot.members) if (patroni.ok) patroni.value.paused = is;
}

/** Patroni has nothing to do later any more: on the cluster, or that member's restart. */
export function clearScheduled(fake: Showing, member: string | undefined): void {
  if (member === undefined) delete dcsIn(fake).failover;
  else delete memberIn(fake, member).patroni.scheduledRestart;
}
