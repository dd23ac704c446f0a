import type { MemberReadings } from '../core/cluster.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import type { BareScene } from './scene.ts';
import type { SwitchoverFacts } from './switchover-facts.ts';

/** PostgreSQL 13 reads primary_conninfo again on a reload (release notes of 13); before that a standby must be restarted. */
const OLDEST = 130_000;

/**
 * The facts of a plain streaming cluster once it is known who leads: the only member that SQL shows out of recovery.
 * @throws Refusal when there is none or more than one, or the kind of cluster is not supported.
 */
export function plainSceneOf(facts: SwitchoverFacts): BareScene {
  const { cluster, members } = facts.snapshot;
  const primaries = members.filter(({ sql }) => known(sql)?.inRecovery === false);
  const [leader, ...more] = primaries;
  if (more.length > 0)
    throw refusal(
      `${primaries.map(({ name }) => name).join(' and ')} of ${cluster.name} are out of recovery at once: split`,
      `Keep applications off both until it is clear which one is right: \`/pg rebuild ${cluster.name} MEMBER --dry-run\` says who was promoted in whose place, and without --dry-run it rebuilds that MEMBER.`,
    );
  if (!leader?.sql.ok) throw nobodyLeads(cluster.name, members);
  const leaderSql = leader.sql.value;
  if (leaderSql.versionNum < OLDEST)
    throw refusal(
      `${cluster.name} runs PostgreSQL ${Math.floor(leaderSql.versionNum / 10_000)}`,
      'A switchover of a plain streaming cluster needs PostgreSQL 13 or newer.',
    );
  const others = members.filter(({ name }) => name !== leader.name).sort((a, b) => (a.name < b.name ? -1 : 1));
  const cascade = cascadeIn(others);
  if (cascade)
    throw refusal(
      `${cluster.name} replicates in a cascade: ${cascade}`,
      'A switchover of a cascading cluster is not supported. Let every standby stream from the primary first.',
    );
  return { facts, cluster: cluster.name, leader, leaderSql, others };
}

function nobodyLeads(cluster: string, members: readonly MemberReadings[]): Error {
  const silent = members.filter(({ sql }) => !sql.ok).map(({ name }) => name);
  const rest = silent.length > 0 ? `; ${silent.join(' and ')} did not answer by SQL` : '';
  return refusal(
    `no member of ${cluster} is out of recovery${rest}`,
    `A switchover needs a primary that runs. Look at \`/pg status ${cluster}\`; for a dead primary there is \`/pg failover ${cluster}\`.`,
  );
}

function cascadeIn(others: readonly MemberReadings[]): string | undefined {
  for (const { name, sql } of others) {
    const below = known(sql)?.standbys.find((row) =>
      others.some((other) => other.name === row.name || (row.address === other.host && other.name !== name)),
    );
    if (below) return `${below.name} streams from the standby ${name}`;
  }
  return undefined;
}
