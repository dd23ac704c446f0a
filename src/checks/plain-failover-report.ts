import { z } from 'zod';
import type { MemberReadings, SqlMember } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import type { RunReport } from '../core/run.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';
import { memberLine, routingLines, slotLines, timelineLine } from './switchover-report.ts';

type Line = RunReport['lines'][number];
const Material = z.object({ leader: z.string(), timeline: z.number() });

/**
 * What a failover of a plain streaming cluster came to, by what SQL shows after it: who leads on which timeline, who follows, where
 * clients are led, and what to do with the old primary. One that is away is no fault of the failover; one that leads beside the new is.
 */
export function concludePlainFailover(target: string, { material, snapshot }: Ended): Conclusion {
  const before = Material.parse(material);
  const cluster = snapshot.cluster.name;
  const primaries = snapshot.members.filter(({ sql }) => known(sql)?.inRecovery === false);
  const leader = primaries.find(({ name }) => name !== before.leader) ?? primaries[0];
  const sql = leader && known(leader.sql);
  if (!leader || !sql)
    return {
      says: `${cluster} shows no primary: nobody who answers is out of recovery by SQL`,
      lines: snapshot.members.map((member) => memberLine(member, undefined, undefined)),
    };
  const others = snapshot.members.filter(({ name }) => name !== before.leader);
  const lines: readonly Line[] = [
    timelineLine(before, leader.name, sql),
    ...others.map((member) => memberLine(member, leader.name, sql)),
    ...(leader.name === before.leader
      ? []
      : [oldPrimary(cluster, before.leader, snapshot.members, { leader: leader.name, sql })]),
    ...routingLines(snapshot, leader.name),
    ...slotLines(sql),
    { sign: 'info', text: 'Take a fresh full backup soon: a restore across the change of the timeline is the less tested way' },
  ];
  return { says: sentence({ ...before, cluster, target }, leader.name, sql.timeline, lines), lines };
}

function sentence(
  { leader: old, timeline, cluster, target }: { leader: string; timeline: number; cluster: string; target: string },
  leader: string,
  now: number,
  lines: readonly Line[],
): string {
  if (leader === old) return `${old} leads ${cluster} on timeline ${now} again; ${target} was not promoted`;
  const instead = leader === target ? '' : `, instead of ${target}, which was asked for`;
  const done = `${leader} leads ${cluster} on timeline ${now}${instead}; before it was ${old} on timeline ${timeline}`;
  return lines.some(({ sign }) => sign === 'bad') ? `${done}. Incomplete: not everything is in order yet` : done;
}

function oldPrimary(
  cluster: string,
  name: string,
  members: readonly MemberReadings[],
  primary: { readonly leader: string; readonly sql: SqlMember },
): Line {
  const sql = known(members.find((one) => one.name === name)?.sql);
  const rebuild = `\`/pg rebuild ${cluster} ${name}\` makes a standby of it and keeps what only it had`;
  if (!sql) return { sign: 'warn', text: `${name} is still away; when its host is back: ${rebuild}` };
  if (!sql.inRecovery)
    return {
      sign: 'bad',
      text: `${name} and ${primary.leader} are out of recovery at once: two primaries. Keep clients off ${name}: ${rebuild}`,
    };
  return primary.sql.standbys.some((row) => row.name === name && row.state === 'streaming')
    ? { sign: 'ok', text: `${name} is back and streams as a standby` }
    : { sign: 'warn', text: `${name} answers again, but does not stream: ${rebuild}` };
}
