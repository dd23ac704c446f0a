import type { Check } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { backupChecks } from './backup-checks.ts';
import { candidateChecks } from './candidate-checks.ts';
import { explainChoice, rankCandidates } from './candidate.ts';
import { clusterChecks } from './cluster-checks.ts';
import { etcdChecks } from './etcd-checks.ts';
import { lagLimit } from './lag-checks.ts';
import { leaderChecks } from './leader-checks.ts';
import { poolerChecks, resumeUnitOf } from './pooler-checks.ts';
import { routingChecks } from './routing-checks.ts';
import { activityOf, candidateIn, sceneOf, type Scene } from './scene.ts';
import type { SwitchoverFacts } from './switchover-facts.ts';
import { type Way, wayOf, writeNote } from './way-of.ts';

/** All that the plan of a switchover needs to know. */
export interface SwitchoverPreflight extends Way {
  readonly leader: string;
  readonly target: string;
  readonly timeline: number;
  readonly systemId: string;
  /** Standbys beside the target that stream now, so that they must stream again. */
  readonly replicas: readonly string[];
  readonly maxLagBytes: number;
  readonly archives: boolean;
  /** PgBouncers to pause; none where there are none or people did not want that. */
  readonly poolers: readonly string[];
  /** The name of the timers that resume them, without the PgBouncer's own. */
  readonly resumeUnit: string;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/**
 * The pre-flight list. `to` absent means that nobody was eligible, as the choice is settled before.
 * @throws Refusal when nothing sensible can be planned; it says why, member by member where that helps.
 */
export function switchoverPreflight(facts: SwitchoverFacts, to: string | undefined, pause = true): SwitchoverPreflight {
  const scene = sceneOf(facts);
  const ranking = rankCandidates(scene);
  const named = to ?? ranking.eligible[0]?.name;
  if (named === undefined) throw nobody(scene.cluster, ranking.ruledOut);
  const target = candidateIn(scene, named);
  return {
    leader: scene.leader.name,
    target: target.name,
    timeline: scene.leaderSql.timeline,
    systemId: scene.leaderSql.systemId,
    replicas: streamingBeside(scene, target.name),
    maxLagBytes: lagLimit(scene),
    archives: scene.leaderSql.archiver !== undefined && scene.leaderSql.archiver.mode !== 'off',
    ...wayOf(facts.snapshot),
    poolers: pause ? facts.poolers.map(({ name }) => name) : [],
    resumeUnit: resumeUnitOf(scene.leaderSql),
    checks: [
      ...clusterChecks(scene),
      ...etcdChecks(scene),
      ...candidateChecks(scene, target),
      ...leaderChecks(scene, target),
      ...routingChecks(scene, target),
      ...(pause ? poolerChecks(facts.poolers) : []),
      ...backupChecks(facts.backups, facts.atMs),
    ],
    notes: [...explainChoice(ranking, target.name), ...walNote(scene), writeNote(facts.snapshot)],
  };
}

function walNote(scene: Scene): readonly string[] {
  const activity = known(activityOf(scene, scene.leader.name));
  if (!activity) return [];
  return [`${scene.leader.name} wrote ${formatBytes(activity.walSinceCheckpointBytes)} of WAL since its last checkpoint.`];
}

function streamingBeside({ leaderSql, others }: Scene, target: string): readonly string[] {
  const streams = new Set(leaderSql.standbys.filter(({ state }) => state === 'streaming').map(({ name }) => name));
  return others.filter(({ name, sql }) => name !== target && streams.has(name) && known(sql)).map(({ name }) => name);
}

function nobody(cluster: string, ruledOut: readonly { name: string; reasons: readonly string[] }[]): Error {
  const each = ruledOut.map(({ name, reasons }) => `${name}: ${reasons.join('; ')}`).join('. ');
  return refusal(
    `no member of ${cluster} can take over${each ? `. ${each}` : ': it has no standby'}`,
    `Mend one of them first; \`/pg status ${cluster}\` shows how they are.`,
  );
}
