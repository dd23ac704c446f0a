import { z } from 'zod';
import type { MemberReadings } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import { known } from '../core/reading.ts';
import type { View } from '../core/view.ts';
import { lookForSwitchover, memberOf, SwitchoverFacts, switchoverMaterial } from './switchover-facts.ts';

/** What a person asks to have restarted: one member, or all of which a restart is pending. */
export const RestartInput = z.object({
  cluster: ClusterName,
  member: MemberName.optional(),
  pending: z.boolean().optional(),
  /** How the leader restarts, where it does. */
  leader: z.enum(['in-place', 'switchover']).optional(),
  /** Who takes over, where the leader restarts by switchover. */
  to: MemberName.optional(),
});
export type RestartAsked = Partial<Omit<z.output<typeof RestartInput>, 'cluster'>>;

/** All that the plan of a restart is made from: the same readings as for a switchover, and who is meant. */
export const RestartFacts = SwitchoverFacts.extend({
  /** The members to restart, by name; as typed, so it may be nobody's name. */
  restarts: z.array(z.string()),
});
export type RestartFacts = z.output<typeof RestartFacts>;

/** Reads everything afresh; with `pending` the members are those of which their Patroni says that a restart is pending. */
export async function lookForRestart(cluster: string, asked: RestartAsked, view: View): Promise<RestartFacts> {
  const facts = await lookForSwitchover(cluster, view);
  const pending = facts.snapshot.members.filter(({ patroni }) => known(patroni)?.pendingRestart).map(({ name }) => name);
  return { ...facts, restarts: asked.member === undefined ? (asked.pending ? pending.sort() : []) : [asked.member] };
}

/** The facts whose change makes an approval stale: those of a switchover, and of each member since when it runs and what is pending. */
export function restartMaterial(facts: RestartFacts) {
  return { ...switchoverMaterial(facts), asked: facts.restarts.map((name) => told(facts, name)) };
}

function told(facts: RestartFacts, name: string): string {
  const member = memberOf(facts, name);
  const startedAtMs = known(member?.sql)?.postmasterStartedAtMs;
  const since = startedAtMs === undefined ? 'not read by SQL' : `running since ${new Date(startedAtMs).toISOString()}`;
  const pending = member && pendingClause(member, known(facts.activities[name])?.pendingSettings);
  return [name, since, ...(pending === undefined ? [] : [pending])].join(', ');
}

/**
 * `waits for a restart (max_connections 100 -> 200)`, with names alone where Patroni gives no reasons (before 3.3) and `names` has what
 * pg_settings says; `undefined` when no restart is pending.
 */
export function pendingClause({ patroni }: MemberReadings, names: readonly string[] = []): string | undefined {
  const rest = known(patroni);
  if (!rest?.pendingRestart) return undefined;
  const reasons = Object.entries(rest.pendingRestartReason ?? {}).map(([name, { old, new: now }]) => `${name} ${old} -> ${now}`);
  const all = reasons.length > 0 ? reasons : names;
  return all.length > 0 ? `waits for a restart (${all.join(', ')})` : 'waits for a restart';
}
