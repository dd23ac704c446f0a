import { blocked, type Check, passed, warned } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import type { Fence } from '../core/fence.ts';
import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { backupChecks } from './backup-checks.ts';
import { etcdChecks } from './etcd-checks.ts';
import { bestCandidate, byWal, isSync, ruledOut } from './failover-candidates.ts';
import type { FailoverFacts } from './failover-facts.ts';
import { fenceCheck } from './failover-fence.ts';
import { lostLeaderChecks } from './failover-leader-checks.ts';
import { failoverCandidate, failoverScene, type FailoverScene, hasUpTo } from './failover-scene.ts';
import { type Way, wayOf, writeNote } from './way-of.ts';

/** All that the plan of a failover needs to know. */
export interface FailoverPreflight extends Way {
  readonly leader: string;
  readonly target: string;
  readonly timeline: number;
  readonly systemId: string;
  /** Standbys beside the target that answer now, so that they must stream again. */
  readonly replicas: readonly string[];
  readonly archives: boolean;
  /** What keeps the old leader away; `undefined` where that blocks. */
  readonly fence: Fence | undefined;
  /** What the asker states and nobody can check. */
  readonly stated: string | undefined;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/** The member to promote: the one named, or the one that holds the most. @throws Refusal as `failoverPreflight`. */
export function chooseFailover(facts: FailoverFacts, named: string | undefined): string | undefined {
  const scene = failoverScene(facts);
  return named === undefined ? bestCandidate(scene)?.name : failoverCandidate(scene, named).name;
}

/** The pre-flight list. @throws Refusal when nothing sensible can be planned; it says why, member by member where that helps. */
export function failoverPreflight(
  facts: FailoverFacts,
  asked: { readonly to?: string | undefined; readonly fencedBy?: string | undefined },
): FailoverPreflight {
  const scene = failoverScene(facts);
  const named = asked.to ?? bestCandidate(scene)?.name;
  if (named === undefined) throw nobody(scene);
  const target = failoverCandidate(scene, named);
  const { by, check } = fenceCheck(scene, asked.fencedBy);
  const { leader, timeline, systemId, others } = scene;
  return {
    leader: leader.name,
    target: target.name,
    ...{ timeline, systemId, fence: by },
    replicas: others.filter(({ name, sql }) => name !== target.name && known(sql)?.inRecovery).map(({ name }) => name),
    archives: (known(target.sql)?.archiver?.mode ?? 'off') !== 'off',
    ...wayOf(facts.snapshot),
    stated: by === 'word' ? `${leader.name} is ${asked.fencedBy}` : undefined,
    checks: [
      ...lostLeaderChecks(scene),
      ...etcdChecks({ facts: { snapshot: facts.snapshot, atMs: facts.snapshot.startedAtMs } }),
      able(scene, target),
      mostAdvanced(scene, target),
      syncMode(scene, target),
      check,
      atRisk(scene, target),
      ...backupChecks(facts.backups, facts.snapshot.startedAtMs),
    ],
    notes: [...notes(scene, target), writeNote(facts.snapshot)],
  };
}

function able(scene: FailoverScene, target: MemberReadings): Check {
  const why = ruledOut(scene, target);
  return why.length === 0
    ? passed('candidate-able', `${target.name} is a standby on timeline ${scene.timeline} that Patroni can promote`)
    : blocked('candidate-able', `${target.name} cannot be promoted: ${why.join('; ')}`, 'Name another member, or mend it.', {
        hard: true,
      });
}

function mostAdvanced(scene: FailoverScene, target: MemberReadings): Check {
  const id = 'candidate-advanced';
  const own = hasUpTo(target) ?? 0;
  const [ahead] = byWal(scene).filter((member) => (hasUpTo(member) ?? 0) > own);
  if (ahead)
    return blocked(
      id,
      `${ahead.name} has received ${formatBytes((hasUpTo(ahead) ?? 0) - own)} more than ${target.name}, which would be lost`,
      `Promote ${ahead.name} instead.`,
      { hard: false },
    );
  const silent = scene.others.filter(({ sql }) => !sql.ok).map(({ name }) => name);
  const says = `no member that answers has received more than ${target.name}`;
  return silent.length === 0
    ? passed(id, says)
    : warned(
        id,
        `${says}; ${silent.join(' and ')} could not be asked`,
        `Bring ${silent.join(' and ')} back first if it may be ahead.`,
      );
}

/** Only a synchronous standby is sure to have every acknowledged write (Patroni docs/replication_modes.rst). */
function syncMode(scene: FailoverScene, target: MemberReadings): Check {
  const id = 'candidate-sync';
  const mode = scene.dcs.config.synchronousMode;
  if (mode === 'off') return passed(id, 'synchronous mode is off, so acknowledged writes may be lost with any standby');
  const names = scene.dcs.sync?.standbys.join(', ') || 'nobody';
  return isSync(scene, target)
    ? passed(id, `${target.name} is a synchronous standby`)
    : blocked(
        id,
        `synchronous mode is ${mode} and ${target.name} was no synchronous standby (${names} was), so acknowledged writes may be lost`,
        'Promote a synchronous standby, or bring one back first.',
        { hard: false },
      );
}

function atRisk(scene: FailoverScene, target: MemberReadings): Check {
  const { dcs, leader } = scene;
  if (dcs.config.synchronousMode !== 'off' && isSync(scene, target))
    return passed(
      'bytes-at-risk',
      `${target.name} was a synchronous standby, so every write that ${leader.name} has acknowledged is on it; what was not acknowledged may be lost`,
    );
  const more = `plus what ${leader.name} wrote after its last report: up to ${dcs.config.ttlS} s of writes`;
  const hint = 'What was only on the old leader stays in its data directory: keep that for forensics.';
  const own = hasUpTo(target);
  if (dcs.optimeLsn === undefined || own === undefined)
    return warned('bytes-at-risk', `how much ${target.name} lacks is not known, ${more}`, hint);
  return warned(
    'bytes-at-risk',
    `at least ${formatBytes(Math.max(0, dcs.optimeLsn - own))} of WAL are lost with ${target.name}, ${more}`,
    hint,
  );
}

function notes(scene: FailoverScene, target: MemberReadings): readonly string[] {
  const rest = scene.others.filter(({ name }) => name !== target.name);
  return [
    `Chosen: ${target.name}. Last known position of ${scene.leader.name}, and what the others have, decide how much is lost.`,
    ...rest.map((member) => {
      const why = ruledOut(scene, member);
      const behind = formatBytes(Math.max(0, (hasUpTo(target) ?? 0) - (hasUpTo(member) ?? 0)));
      return why.length > 0
        ? `Cannot take over: ${member.name} (${why.join('; ')}).`
        : `Could take over too: ${member.name} (${behind} behind ${target.name}).`;
    }),
    `${scene.leader.name} must not come back as it is: afterwards \`/pg rebuild ${scene.cluster} ${scene.leader.name}\`.`,
  ];
}

function nobody(scene: FailoverScene): Error {
  const each = scene.others.map((member) => `${member.name}: ${ruledOut(scene, member).join('; ')}`).join('. ');
  return refusal(
    `no member of ${scene.cluster} can take over from ${scene.leader.name}${each ? `. ${each}` : ': it has no standby'}`,
    `Bring one of them back first, or ${scene.leader.name} itself; \`/pg status ${scene.cluster}\` shows how they are.`,
  );
}
