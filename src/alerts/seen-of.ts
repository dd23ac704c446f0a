import { formatDuration } from '../core/units.ts';
import type { HostSight, LossEvidence, RestSight, ServerSight, Sight, SqlSight } from './loss-evidence.ts';

/** What was seen of a lost leader, in clauses; nothing of what was not looked at. */
export function seenOf({ leader, rest, sql, others, server, isRenewed, logged }: LossEvidence): readonly string[] {
  return [
    ...(rest ? [`REST of ${leader}: ${restWords(rest)}`] : []),
    ...(sql ? [`SQL on ${leader}: ${sqlWords(sql)}`] : []),
    ...(server ? [`on its host ${serverWords(server)}`] : []),
    ...(others ?? []).flatMap((sight) => hostWords(sight, leader)),
    ...(logged === undefined ? [] : [`its Patroni's log: ${logged}`]),
    ...(isRenewed ? ['its lease in etcd was renewed after it went silent'] : []),
  ];
}

function restWords(rest: Sight<RestSight>): string {
  if (rest.answer !== 'server') return rest.why;
  const { state, role, dcsAgoMs, why } = rest;
  const etcd = dcsAgoMs === undefined ? '' : `, reached etcd ${formatDuration(Math.max(0, dcsAgoMs))} before`;
  return state === undefined ? (why ?? 'answers') : `${role ?? 'no role'}, ${state}${etcd}`;
}

function sqlWords(sql: Sight<SqlSight>): string {
  if (sql.answer !== 'server') return sql.why;
  if (sql.inRecovery === undefined) return sql.why ?? 'answers';
  return `${sql.inRecovery ? 'a standby' : 'a primary'}${sql.timeline === undefined ? '' : ` on timeline ${sql.timeline}`}`;
}

function serverWords({ running, control }: ServerSight): string {
  const said = control === undefined ? '' : `, its control file says ${control}`;
  return `${running ? 'PostgreSQL runs' : 'PostgreSQL does not run'}${said}`;
}

function hostWords({ from, sees }: HostSight, leader: string): readonly string[] {
  if (sees === 'unknown') return [];
  const WORDS = { postgres: `PostgreSQL of ${leader}`, patroni: `only Patroni of ${leader}`, nothing: `nothing of ${leader}` };
  return [`${from} sees ${WORDS[sees]}`];
}
