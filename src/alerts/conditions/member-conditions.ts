import type { Dcs, MemberReadings } from '../../core/cluster.ts';
import { formatLsn } from '../../core/lsn.ts';
import { known } from '../../core/reading.ts';
import type { Observation } from './observation.ts';
import { memberRoots, root } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { ClusterSight } from './sight.ts';

/** Patroni's words for a server that does not run, or comes and goes (patroni/postgresql/misc.py, PostgresqlState). */
const DOWN = ['stopped', 'stopping', 'starting', 'start failed', 'crashed', 'restarting', 'restart failed', 'initdb failed'];
/** Its words for a member that is made anew. */
const IN_THE_MAKING = ['creating replica', 'initializing new cluster', 'running custom bootstrap script', 'bootstrapping'];

/** Members that have diverged, and members that are stuck: made anew for ever, never up, or on a timeline that has gone on without them. */
export function memberConditions(sight: ClusterSight, thresholds: Thresholds): readonly Observation[] {
  return sight.snapshot.members.flatMap((member) => {
    const found = state(member, thresholds) ?? timeline(member, sight);
    if (!found) return [];
    const { cluster } = sight.snapshot;
    const joins = [...memberRoots(sight.snapshot, member.name), root.cluster(cluster.name)];
    return [{ ...found, about: member.name, joins, provides: [root.member(cluster.name, member.name)] }];
  });
}

type Seen = Pick<Observation, 'situation' | 'says' | 'forMs' | 'evidence'>;

function state({ name, patroni }: MemberReadings, { copyMs }: Thresholds): Seen | undefined {
  const now = known(patroni)?.state ?? '';
  const evidence = patroni.source;
  if (IN_THE_MAKING.includes(now))
    return {
      situation: 'member-stuck',
      says: `${name} is still being made anew: Patroni says '${now}'`,
      forMs: copyMs,
      evidence,
    };
  if (!DOWN.includes(now)) return undefined;
  return { situation: 'member-stuck', says: `PostgreSQL on ${name} does not come up: Patroni says '${now}'`, evidence };
}

function timeline(member: MemberReadings, sight: ClusterSight): Seen | undefined {
  const apart = sight.found.find(({ id, about }) => id === 'timelines-apart' && about === member.name);
  const streams = sight.lags.some(({ name, state: now }) => name === member.name && now === 'streaming');
  if (!apart || streams || sight.primary === undefined) return undefined;
  const evidence = member.sql.source;
  const fork = forked(member, known(sight.snapshot.dcs), timelineOfPrimary(sight));
  if (fork) return { situation: 'member-diverged', says: `${member.name} has diverged: ${fork}`, evidence };
  return { situation: 'member-stuck', says: `${apart.says}: it does not follow`, evidence };
}

function timelineOfPrimary({ snapshot, primary }: ClusterSight): number | undefined {
  const member = snapshot.members.find(({ name }) => name === primary);
  return known(member?.sql)?.timeline ?? known(member?.patroni)?.timeline;
}

/**
 * A member that has more WAL of a timeline than the point at which that timeline was left wrote on alone (PostgreSQL's
 * src/backend/access/transam/timeline.c; the point is in Patroni's history).
 */
function forked(member: MemberReadings, dcs: Dcs | undefined, leads: number | undefined): string | undefined {
  const sql = known(member.sql);
  const own = sql?.timeline ?? known(member.patroni)?.timeline ?? dcs?.members[member.name]?.timeline;
  if (own === undefined || leads === undefined) return undefined;
  if (own > leads) return `it is on timeline ${own}, which the leader (timeline ${leads}) does not have`;
  const left = dcs?.history.find((row) => row.timeline === own);
  const bySql = [sql?.writeLsn, sql?.receiveLsn, sql?.replayLsn].filter((lsn) => lsn !== undefined);
  const has = bySql.length > 0 ? Math.max(...bySql) : (dcs?.members[member.name]?.walLsn ?? 0);
  if (!left || has <= left.lsn) return undefined;
  return `it has WAL of timeline ${own} up to ${formatLsn(has)}, but that timeline was left at ${formatLsn(left.lsn)}`;
}
