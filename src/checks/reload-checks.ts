import { z } from 'zod';
import type { MemberReadings, Snapshot } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { type Reading, known } from '../core/reading.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';
import type { View } from '../core/view.ts';
import { pendingClause } from './restart-facts.ts';

/** All that the plan of a reload is made from. */
export const ReloadFacts = z.object({
  snapshot: z.custom<Snapshot>((value) => typeof value === 'object' && value !== null),
  /** By member: when its postmaster loaded its configuration. */
  loaded: z.record(
    z.string(),
    z.custom<Reading<number>>((value) => typeof value === 'object' && value !== null),
  ),
});
export type ReloadFacts = z.output<typeof ReloadFacts>;

export async function lookForReload(cluster: string, view: View): Promise<ReloadFacts> {
  const names = view.cluster(cluster).members.map(({ name }) => name);
  const [snapshot, loaded] = await Promise.all([
    view.snapshot(cluster),
    Promise.all(names.map(async (name) => [name, await view.configLoadedAt(cluster, name)] as const)),
  ]);
  return { snapshot, loaded: Object.fromEntries(loaded) };
}

/** Which members answer: an approval for all of them is not one for some. */
export function reloadMaterial(facts: ReloadFacts) {
  return { members: facts.snapshot.members.filter((one) => answers(facts, one)).map(({ name }) => name) };
}

/** A member to reload, with its pg_conf_load_time at the plan. */
export interface Reloading {
  readonly name: string;
  readonly loadedAtMs: number;
}

/** @throws Refusal for an unknown member, another kind of cluster, and when nobody answers. */
export function reloadPreflight(
  facts: ReloadFacts,
  member: string | undefined,
): { readonly members: readonly Reloading[]; readonly checks: readonly Check[]; readonly notes: readonly string[] } {
  const { snapshot } = facts;
  const { cluster, members } = snapshot;
  if (cluster.mode !== 'patroni')
    throw refusal(`${cluster.name} is not run by Patroni (mode: ${cluster.mode})`, 'A reload goes through Patroni.');
  const wanted = member === undefined ? members : [called(snapshot, member)];
  const found = wanted.flatMap((one): Reloading[] => {
    const loadedAtMs = known(facts.loaded[one.name]);
    return answers(facts, one) && loadedAtMs !== undefined ? [{ name: one.name, loadedAtMs }] : [];
  });
  if (found.length === 0)
    throw refusal(
      `${wanted.map((one) => why(facts, one)).join('; ')}: nothing can be reloaded`,
      `See to Patroni and PostgreSQL there; \`/pg status ${cluster.name}\` shows how they are.`,
    );
  return {
    members: found,
    checks: wanted.map((one) => check(facts, one, member !== undefined)),
    notes: wanted.flatMap((one) => {
      const pending = pendingClause(one);
      return pending === undefined ? [] : [`${one.name} ${pending}. A reload does not change that.`];
    }),
  };
}

/** What the reload came to: who loaded, and what now waits for a restart. */
export function concludeReload({ plan, journal, snapshot }: Ended): Conclusion {
  const done = plan.steps.filter(({ id }) => ['done', 'already'].includes(journal[id]?.mark ?? '')).length;
  const waiting = snapshot.members.flatMap((member) => {
    const pending = pendingClause(member);
    return pending === undefined ? [] : [{ sign: 'warn' as const, text: `${member.name} ${pending}` }];
  });
  const says = `${snapshot.cluster.name}: ${done} of ${plan.steps.length} members loaded their configuration`;
  return {
    says: waiting.length > 0 ? `${says}; some settings wait for a restart` : `${says}; nothing waits for a restart`,
    lines: waiting,
  };
}

function answers({ loaded }: ReloadFacts, { name, patroni }: MemberReadings): boolean {
  return patroni.ok && known(loaded[name]) !== undefined;
}

function why({ loaded }: ReloadFacts, { name, patroni }: MemberReadings): string {
  if (!patroni.ok) return `Patroni on ${name} does not answer (${patroni.why})`;
  const read = loaded[name];
  return `${name} cannot be read by SQL (${read && !read.ok ? read.why : 'it was not asked'})`;
}

function check(facts: ReloadFacts, member: MemberReadings, isNamed: boolean): Check {
  const id = `${member.name}-answers`;
  if (answers(facts, member)) return passed(id, `${member.name} answers by Patroni and by SQL`);
  const hint = `See to it, then reload ${member.name}.`;
  return isNamed
    ? blocked(id, why(facts, member), hint, { hard: true })
    : warned(id, `${why(facts, member)}, so it is left out`, hint);
}

function called({ cluster, members }: Snapshot, name: string): MemberReadings {
  const found = members.find((member) => member.name === name);
  if (found) return found;
  const names = members.map((member) => member.name);
  const near = didYouMean(name, names);
  throw refusal(
    `${cluster.name} has no member ${JSON.stringify(name)}`,
    `${near ? `Did you mean ${near}? ` : ''}Its members are ${names.join(', ')}.`,
  );
}
