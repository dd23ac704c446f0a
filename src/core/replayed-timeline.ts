import type { MemberReadings } from './cluster.ts';
import { known, type Reading } from './reading.ts';
import type { Server } from './server.ts';

/** By whom the timeline was told: the server itself says it exactly, its control file may be one behind until the next restartpoint. */
export interface ReplayedTimeline {
  readonly timeline: number;
  readonly by: 'itself' | 'control file';
}

/**
 * The timeline that a standby replays. What it receives is none: one that parted from the others receives the new timeline from the
 * beginning of a segment on and replays nothing of it. `undefined` where nobody says.
 */
export function replayedTimeline(
  { sql, patroni }: { readonly sql: MemberReadings['sql']; readonly patroni?: MemberReadings['patroni'] },
  server: Reading<Server> | undefined,
): ReplayedTimeline | undefined {
  const own = known(sql);
  const said = known(patroni)?.timeline;
  if (said !== undefined) return { timeline: said, by: 'itself' };
  const identified = server && known(server)?.replays;
  if (identified && identified.systemId === own?.systemId) return { timeline: identified.timeline, by: 'itself' };
  return own?.replayTimeline === undefined ? undefined : { timeline: own.replayTimeline, by: 'control file' };
}
