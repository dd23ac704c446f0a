import { z } from 'zod';
import type { MemberReadings } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known, type Reading } from '../core/reading.ts';
import { replayedTimeline } from '../core/replayed-timeline.ts';
import type { Server } from '../core/server.ts';
import { formatBytes } from '../core/units.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'most-advanced',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `${member} is a standby that has received no less than the others that answer`,
  async judge({ cluster, member }, view) {
    const { mode, members } = view.cluster(cluster);
    const asked = mode === 'patroni' ? [] : members;
    const [snapshot, servers] = await Promise.all([
      view.snapshot(cluster),
      Promise.all(asked.map(async ({ name }) => [name, await view.server(cluster, name)] as const)),
    ]);
    return judgeAdvanced(member, snapshot.members, new Map(servers));
  },
});

export const mostAdvancedState = state;

/** The member is in recovery, and no other standby that answers replays a later timeline, or has received or replayed more on the same. */
export const mostAdvanced = (cluster: string, member: string): StateData => build({ cluster, member });

/** Pure part; `servers`: of a cluster without Patroni, by member. An LSN compares only within one timeline of one system. */
export function judgeAdvanced(
  member: string,
  members: readonly MemberReadings[],
  servers: ReadonlyMap<string, Reading<Server>>,
): Verdict {
  const own = members.find(({ name }) => name === member);
  if (!own?.sql.ok) return notYet(`${member} does not answer by SQL: ${own?.sql.ok === false ? own.sql.why : 'no such member'}`);
  if (!own.sql.value.inRecovery) return notYet(`${member} is out of recovery`);
  const timeline = replayedTimeline(own, servers.get(member))?.timeline;
  if (timeline === undefined) return notYet(`which timeline ${member} replays is not known`);
  const mine = { name: member, systemId: own.sql.value.systemId, timeline, lsn: upTo(own) };
  const why = members.map((other) => whyBehind(mine, other, servers.get(other.name))).find((one) => one !== undefined);
  return why === undefined ? holds(`no standby that answers has received more than ${member}`) : notYet(why);
}

interface Mine {
  readonly name: string;
  readonly systemId: string;
  readonly timeline: number;
  readonly lsn: number;
}

function whyBehind(mine: Mine, other: MemberReadings, server: Reading<Server> | undefined): string | undefined {
  const sql = known(other.sql);
  if (!sql?.inRecovery) return undefined;
  if (sql.systemId !== mine.systemId)
    return `${other.name} belongs to another database cluster than ${mine.name} (system id ${sql.systemId})`;
  const replays = replayedTimeline(other, server)?.timeline ?? 0;
  const newest = Math.max(replays, sql.timeline, sql.walReceiver?.timeline ?? 0);
  if (newest > mine.timeline) return `${other.name} has timeline ${newest}, ${mine.name} replays ${mine.timeline}`;
  const more = upTo(other) - mine.lsn;
  return replays === mine.timeline && more > 0
    ? `${other.name} has received ${formatBytes(more)} more than ${mine.name}`
    : undefined;
}

function upTo({ sql }: MemberReadings): number {
  return sql.ok ? Math.max(sql.value.receiveLsn ?? 0, sql.value.replayLsn ?? 0) : 0;
}
