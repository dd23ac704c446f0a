import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { standbyRow } from '../core/standby-row.ts';
import { formatBytes } from '../core/units.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { currentPrimary, readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';
import { whyNotReplaying } from './why-not-replaying.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, maxBytes: z.number().int().min(0) });

const { state, build } = defineState({
  name: 'lag-under',
  args: Args,
  says: ({ member, maxBytes }) => `${member} replays the primary's timeline, at most ${formatBytes(maxBytes)} behind`,
  async judge({ cluster, member, maxBytes }, view) {
    const roles = await readRoles(view, cluster);
    const lag = judgeLag(member, maxBytes, roles);
    const primary = currentPrimary(roles);
    if (!lag.holds || 'why' in primary) return lag;
    const why = await whyNotReplaying(view, { cluster, member, timeline: primary.sql.timeline });
    return why === undefined ? lag : notYet(why);
  },
});

export const lagUnderState = state;

/**
 * The member replays at most so many bytes behind the primary's last write, by SQL on the primary now, and on the primary's timeline:
 * shortly after a promotion it may have received all of it and still replay the one before.
 */
export const lagUnder = (cluster: string, member: string, maxBytes: number): StateData => build({ cluster, member, maxBytes });

/** Pure part. No replication row means 'not streaming', never lag 0. */
export function judgeLag(member: string, maxBytes: number, roles: Roles): Verdict {
  const primary = currentPrimary(roles);
  if ('why' in primary) return notYet(primary.why);
  const row = standbyRow(primary.sql, { name: member, host: roles.hosts.get(member) });
  if (row?.state !== 'streaming') return notYet(`${member} is not streaming from ${primary.name}, so its lag is not known`);
  if (row.replayLsn === undefined || primary.sql.writeLsn === undefined)
    return notYet(`${member} has not said what it replayed yet`);
  const bytes = Math.max(0, primary.sql.writeLsn - row.replayLsn);
  if (bytes > maxBytes)
    return notYet(`${member} replays ${formatBytes(bytes)} behind ${primary.name}; the limit is ${formatBytes(maxBytes)}`);
  return holds(`${member} replays ${formatBytes(bytes)} behind ${primary.name}`);
}
