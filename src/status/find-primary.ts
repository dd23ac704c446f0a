import { refusal } from '../core/errors.ts';
import type { View } from '../core/view.ts';

/**
 * The member that is out of recovery by SQL; of several the one on the highest timeline.
 * @throws Refusal when none answers as a primary.
 */
export async function findPrimary(view: View, cluster: string): Promise<string> {
  const { members } = view.cluster(cluster);
  const readings = await Promise.all(members.map(async ({ name }) => ({ name, sql: await view.sql(cluster, name) })));
  const [first] = readings
    .flatMap(({ name, sql }) => (sql.ok && !sql.value.inRecovery ? [{ name, timeline: sql.value.timeline }] : []))
    .sort((a, b) => b.timeline - a.timeline);
  if (first) return first.name;
  const names = members.map(({ name }) => name).join(', ');
  throw refusal(`no member of ${cluster} answers as a primary`, `Name one of its members: ${names}.`);
}

/** The name, if it is a member's. @throws Refusal that lists the members. */
export function memberNamed(view: View, cluster: string, member: string): string {
  const names = view.cluster(cluster).members.map(({ name }) => name);
  if (names.includes(member)) return member;
  throw refusal(`${cluster} has no member ${member}`, `Its members are ${names.join(', ')}.`);
}
