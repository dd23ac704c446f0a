import { z } from 'zod';
import { bytes, duration } from './fields.ts';

/** One threshold each. */
export const limit = {
  maxReplayLag: bytes(),
  maxReplayLagTime: duration(),
  longTransaction: duration(),
  minSinceLeaderChange: duration(),
  maxReadyWalFiles: z.number().int().min(0),
  minFreeDiskPercent: z.number().min(0).max(100),
  slotRetainedWarn: bytes(),
  maxPreparedTransaction: duration(),
};

/** Thresholds of the checks, each with its default. */
export const LimitsSchema = z.strictObject({
  maxReplayLag: limit.maxReplayLag.prefault('10MiB'),
  maxReplayLagTime: limit.maxReplayLagTime.prefault('10s'),
  longTransaction: limit.longTransaction.prefault('15s'),
  minSinceLeaderChange: limit.minSinceLeaderChange.prefault('1h'),
  maxReadyWalFiles: limit.maxReadyWalFiles.prefault(20),
  minFreeDiskPercent: limit.minFreeDiskPercent.prefault(10),
  slotRetainedWarn: limit.slotRetainedWarn.prefault('1GiB'),
  maxPreparedTransaction: limit.maxPreparedTransaction.prefault('1m'),
});
