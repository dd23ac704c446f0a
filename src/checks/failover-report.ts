import { z } from 'zod';
import type { MemberReadings, SqlMember } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import type { RunReport } from '../core/run.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';
import { formatLsn } from '../core/lsn.ts';
import { formatBytes } from '../core/units.ts';

type Line = RunReport['lines'][number];
const Material = z.object({ leader: z.string(), timeline: z.number(), lastKnownLsn: z.number().nullable() });

/**
 * What a failover came to, by what the cluster shows after it: who leads on which timeline, what is lost as far as it can be known, who
 * follows, and what to do with the old leader.
 */
export function concludeFailover(target: string, { material, snapshot }: Ended): Conclusion {
  const before = Material.parse(material);
  const dcs = known(snapshot.dcs);
  const cluster = snapshot.cluster.name;
  const primaries = snapshot.members.filter(({ sql }) => known(sql)?.inRecovery === false);
  const leader = primaries.find(({ name }) => name === dcs?.leader);
  const sql = leader && known(leader.sql);
  if (!leader || !sql)
    return {
      says: `${cluster} shows no proven leader: nobody both holds the leader key and is out of recovery by SQL`,
      lines: snapshot.members.map((member) => followerLine(member, undefined, undefined)),
    };
  const lines: readonly Line[] = [
    lossLine(before, dcs?.history.at(-1)),
    ...(primaries.length > 1
      ? [bad(`${primaries.map(({ name }) => name).join(' and ')} are out of recovery at once: split`)]
      : []),
    ...snapshot.members
      .filter(({ name }) => name !== leader.name && name !== before.leader)
      .map((member) => followerLine(member, leader.name, sql)),
    oldLeaderLine(cluster, before.leader, snapshot.members, sql),
    ...(dcs?.config.paused
      ? [warn(`Patroni of ${cluster} is still paused: the next loss of a leader needs a person again`)]
      : []),
    info('Take a fresh full backup soon: a restore across the change of the timeline is the less tested way'),
  ];
  const now = `${leader.name} leads ${cluster} on timeline ${sql.timeline}`;
  if (leader.name === before.leader)
    return { says: `${before.leader} leads ${cluster} again; ${target} was not promoted`, lines };
  const instead = leader.name === target ? '' : `, instead of ${target}, which was asked for`;
  return { says: `${now}${instead}; before it was ${before.leader} on timeline ${before.timeline}`, lines };
}

/** The history's row says where the old timeline was left (Patroni writes it when the new leader is up). */
function lossLine(
  { leader, timeline, lastKnownLsn }: z.output<typeof Material>,
  row: { readonly timeline: number; readonly lsn: number } | undefined,
): Line {
  const unknown = `what ${leader} wrote after its last report is not known`;
  if (lastKnownLsn === null || row?.timeline !== timeline) return warn(`How much was lost is not known: ${unknown}`);
  const lost = Math.max(0, lastKnownLsn - row.lsn);
  return warn(
    `At least ${formatBytes(lost)} of WAL were lost: ${leader} had reported ${formatLsn(lastKnownLsn)}, the new timeline begins at ${formatLsn(row.lsn)}; ${unknown}`,
  );
}

function followerLine({ name, sql }: MemberReadings, leader: string | undefined, primary: SqlMember | undefined): Line {
  if (!sql.ok) return bad(`${name} does not answer by SQL: ${sql.why}`);
  if (!sql.value.inRecovery) return bad(`${name} is out of recovery, but does not lead`);
  const row = primary?.standbys.find((standby) => standby.name === name);
  return row?.state === 'streaming'
    ? ok(`${name} streams from ${leader}`)
    : bad(`${name} does not stream from ${leader ?? 'a leader'} (${row?.state ?? 'not connected'})`);
}

function oldLeaderLine(cluster: string, name: string, members: readonly MemberReadings[], primary: SqlMember): Line {
  const sql = known(members.find((member) => member.name === name)?.sql);
  if (sql && primary.standbys.some((row) => row.name === name && row.state === 'streaming'))
    return ok(`${name} is back and streams as a standby`);
  const hint = `when its host is back: \`/pg rebuild ${cluster} ${name}\` says whether a rewind is enough, and keeps what only it had`;
  return sql ? warn(`${name} answers again, but does not stream; ${hint}`) : warn(`${name} is still away; ${hint}`);
}

const ok = (text: string): Line => ({ sign: 'ok', text });
const warn = (text: string): Line => ({ sign: 'warn', text });
const bad = (text: string): Line => ({ sign: 'bad', text });
const info = (text: string): Line => ({ sign: 'info', text });
