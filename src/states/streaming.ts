import { z } from 'zod';
import type { MemberReadings, SqlMember } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import { replayedTimeline } from '../core/replayed-timeline.ts';
import type { Server } from '../core/server.ts';
import { standbyRow } from '../core/standby-row.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import { patroniCopy } from './patroni-copy.ts';
import { currentPrimary, readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  /** Each of them must stream. */
  members: z.array(MemberName).min(1),
  timeline: z.number().int().positive(),
});

const { state, build } = defineState({
  name: 'streaming',
  args: Args,
  says: ({ members, timeline }) => `${members.join(' and ')} ${are(members)} streaming on timeline ${timeline}`,
  async judge({ cluster, members, timeline }, view, sinceMs) {
    const roles = await readRoles(view, cluster);
    const streams = judgeStreaming(members, timeline, roles);
    if (!streams.holds) return streams.impossible ? streams : copyOr(streams, { cluster, members }, roles, view, sinceMs);
    const isPlain = view.cluster(cluster).mode !== 'patroni';
    const whys = await Promise.all(
      members.map(async (name) => {
        if (!isPlain) return whyNotReplaying(await view.member(cluster, name), timeline);
        const [sql, server] = await Promise.all([view.sql(cluster, name), view.server(cluster, name)]);
        return whyNotReplayingPlain(name, sql, server, timeline);
      }),
    );
    const why = whys.find((one) => one !== undefined);
    return why === undefined ? streams : notYet(why);
  },
});

export const streamingState = state;

/**
 * Every one of the members streams from the current primary on this timeline: seen by the primary and by the member itself. One that went
 * on alone may receive the new timeline from the beginning of a segment on and look like streaming for ever; what it replays is told by
 * Patroni, and without Patroni by the standby itself (IDENTIFY_SYSTEM, PostgreSQL's walsender.c) or its control file.
 */
export const streaming = (cluster: string, members: readonly string[], timeline: number): StateData =>
  build({ cluster, members: [...members], timeline });

/** How far the copy is where Patroni copies one of them anew, which can take hours. */
async function copyOr(
  verdict: Verdict,
  { cluster, members }: { readonly cluster: string; readonly members: readonly string[] },
  { dcs }: Roles,
  view: View,
  sinceMs: number,
): Promise<Verdict> {
  const member = members.find((name) => dcs.ok && dcs.value.members[name]?.state === 'creating replica');
  const copy = member && (await patroniCopy(view, { cluster, member }, view.now() - sinceMs));
  return copy ? notYet(copy) : verdict;
}

/** Pure part: the first member that does not stream decides, so that the sentence names it. */
export function judgeStreaming(members: readonly string[], timeline: number, roles: Roles): Verdict {
  const primary = currentPrimary(roles);
  if ('why' in primary) return notYet(primary.why);
  if (primary.sql.timeline > timeline)
    return impossible(`${primary.name} leads on timeline ${primary.sql.timeline}, not ${timeline}: the leader changed again`);
  if (primary.sql.timeline < timeline)
    return notYet(`${primary.name} leads on timeline ${primary.sql.timeline}, not ${timeline} yet`);
  for (const member of members) {
    const why = whyNotStreaming(member, primary, roles);
    if (why !== undefined) return notYet(why);
  }
  return holds(`${members.join(' and ')} ${are(members)} streaming from ${primary.name} on timeline ${timeline}`);
}

/** Pure part. */
export function whyNotReplaying(
  { name, patroni }: Pick<MemberReadings, 'name' | 'patroni'>,
  timeline: number,
): string | undefined {
  if (!patroni.ok) return `${name} streams, but its Patroni does not say what it replays: ${patroni.why}`;
  const replays = patroni.value.timeline;
  if (replays === timeline) return undefined;
  return `${name} receives timeline ${timeline} but replays ${replays ?? 'none'} by its Patroni: it has not come to it yet, or parted before`;
}

/** Pure part, without Patroni. */
export function whyNotReplayingPlain(
  name: string,
  sql: Reading<SqlMember>,
  server: Reading<Server>,
  timeline: number,
): string | undefined {
  const replays = replayedTimeline({ sql }, server);
  if (replays?.timeline === timeline) return undefined;
  const by = replays?.by === 'control file' ? ' by its control file (a CHECKPOINT there brings it up to date)' : '';
  return `${name} receives timeline ${timeline} but replays ${replays?.timeline ?? 'none that is known'}${by}: it has not come to it yet, or parted before`;
}

function whyNotStreaming(member: string, primary: { name: string; sql: SqlMember }, roles: Roles): string | undefined {
  if (member === primary.name) return `${member} is the primary itself`;
  const reading = roles.sql.get(member);
  const said = patroniSays(member, roles);
  if (!reading?.ok) return `${member} does not answer by SQL${said}`;
  if (!reading.value.inRecovery) return `${member} is out of recovery: it is no standby`;
  const row = standbyRow(primary.sql, { name: member, host: roles.hosts.get(member) });
  if (!row) return `${member} is not connected to ${primary.name}${said}`;
  if (row.state !== 'streaming') return `${member} is connected to ${primary.name} in state ${row.state}`;
  const own = reading.value.walReceiver?.timeline ?? reading.value.timeline;
  if (own !== primary.sql.timeline) return `${member} receives timeline ${own}, the primary is on ${primary.sql.timeline}`;
  return undefined;
}

function patroniSays(member: string, { mode, dcs }: Roles): string {
  if (mode === 'streaming') return '';
  return ` (Patroni says ${(dcs.ok ? dcs.value.members[member]?.state : undefined) ?? 'nothing of it'})`;
}

const are = (members: readonly string[]): string => (members.length === 1 ? 'is' : 'are');
