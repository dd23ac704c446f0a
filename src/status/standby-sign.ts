import type { Sign } from '../core/message.ts';
import type { Limits } from '../core/view.ts';
import type { StandbyLag } from './standby-lags.ts';

/** The sign of a standby whose lag was asked for. */
export function standbySign(lag: StandbyLag, limits: Limits): Sign {
  if (lag.state === 'unknown') return 'unknown';
  if (lag.state === 'not streaming') return 'bad';
  return lag.state !== 'streaming' || isLate(lag, limits) ? 'warn' : 'replica';
}

/** True above either limit. With nothing left to replay the time is that of the last write, however long ago. */
export function isLate({ replayBytes = 0, replayMs = 0 }: StandbyLag, limits: Limits): boolean {
  return replayBytes > limits.maxReplayLagBytes || (replayBytes > 0 && replayMs > limits.maxReplayLagMs);
}
