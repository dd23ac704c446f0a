import { z } from 'zod';
import type { SqlMember } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { standbyRow } from '../core/standby-row.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import { patroniCopy } from './patroni-copy.ts';
import { currentPrimary, readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';
import { whyNotReplaying } from './why-not-replaying.ts';

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
    const whys = await Promise.all(members.map((member) => whyNotReplaying(view, { cluster, member, timeline })));
    const why = whys.find((one) => one !== undefined);
    return why === undefined ? streams : notYet(why);
  },
});

export const streamingState = state;

/**
 * Every one of the members streams from the current primary on this timeline and replays it: seen by the primary and by the member
 * itself. One that went on alone may receive the new timeline from the beginning of a segment on and look like streaming for ever.
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
