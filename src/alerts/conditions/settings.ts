import type { Severity } from '../../core/severity.ts';
import type { ConditionName } from '../../core/situation-name.ts';

/** When a situation is told. */
export interface Setting {
  readonly off: boolean;
  /** In place of what the catalogue, or the look itself, says. */
  readonly severity?: Severity;
  /** How long it must last before it is told. */
  readonly forMs: number;
  /** How long it must be gone before it is over. */
  readonly clearMs: number;
}

/** The thresholds that single situations have. */
export interface Thresholds {
  readonly lagBytes: number;
  readonly lagMs: number;
  readonly freeDiskPercent: number;
  /** How long a member may be made anew before it counts as stuck. */
  readonly copyMs: number;
  /** So many rises of the timeline within the time count as a jump. */
  readonly timelineRises: number;
  readonly timelineWithinMs: number;
  /** The 99th percentile of etcd's writes to its log, and to its database. */
  readonly etcdFsyncMs: number;
  readonly etcdCommitMs: number;
  readonly etcdLeaderChanges: number;
  readonly etcdWithinMs: number;
}

/** What the configuration says of the situations of one cluster or etcd. */
export interface SituationSettings {
  of(situation: ConditionName): Setting;
  readonly thresholds: Thresholds;
}
