import type { ClusterConfig, Config } from '../config/schema.ts';
import type { Limits } from '../core/view.ts';

/** The thresholds of one cluster: its own where it has them, else the file's. */
export function limitsOf({ limits: general }: Config, { limits: own = {} }: ClusterConfig): Limits {
  return {
    maxReplayLagBytes: own.maxReplayLag ?? general.maxReplayLag,
    maxReplayLagMs: own.maxReplayLagTime ?? general.maxReplayLagTime,
    longTransactionMs: own.longTransaction ?? general.longTransaction,
    minSinceLeaderChangeMs: own.minSinceLeaderChange ?? general.minSinceLeaderChange,
    maxReadyWalFiles: own.maxReadyWalFiles ?? general.maxReadyWalFiles,
    minFreeDiskPercent: own.minFreeDiskPercent ?? general.minFreeDiskPercent,
    slotRetainedWarnBytes: own.slotRetainedWarn ?? general.slotRetainedWarn,
    maxPreparedTransactionMs: own.maxPreparedTransaction ?? general.maxPreparedTransaction,
  };
}
