import { formatLsn } from '../core/lsn.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import type { StandbyLag } from './standby-lags.ts';

/** `receive lag 0 B`, `replay lag 1.2 MiB (0.4 s)`; nothing when neither is known. Receive is what the standby has written. */
export function lagWords({ writeBytes, writeMs, replayBytes, replayMs }: StandbyLag): readonly string[] {
  if (writeBytes === 0 && replayBytes === 0) return ['receive and replay lag 0 B'];
  return [...behindWords('receive lag', writeBytes, writeMs), ...behindWords('replay lag', replayBytes, replayMs)];
}

/** `flush lag 8 KiB (2 ms)`; the time is left out when there is none or nothing is left to do. */
export function behindWords(what: string, bytes: number | undefined, ms: number | undefined): readonly string[] {
  if (bytes === undefined) return [];
  const time = ms === undefined || bytes === 0 ? '' : ` (${formatDuration(ms)})`;
  return [`${what} ${formatBytes(bytes)}${time}`];
}

/** `replays 0 B behind pg2`, of one that streams from another standby. */
export function upstreamWords({ upstream, upstreamBytes }: StandbyLag): readonly string[] {
  return upstream === undefined || upstreamBytes === undefined
    ? []
    : [`replays ${formatBytes(upstreamBytes)} behind ${upstream}`];
}

/** What the standby says of itself, where there is no primary to compare with. */
export function ownPositionWords({ receiveLsn, replayLsn }: StandbyLag): readonly string[] {
  if (receiveLsn === undefined || replayLsn === undefined)
    return replayLsn === undefined ? [] : [`replayed up to ${formatLsn(replayLsn)}`];
  const left = Math.max(0, receiveLsn - replayLsn);
  return [`received up to ${formatLsn(receiveLsn)}`, left === 0 ? 'all replayed' : `${formatBytes(left)} not yet replayed`];
}
