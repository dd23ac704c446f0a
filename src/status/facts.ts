import type { Dcs, MemberReadings, Snapshot, SqlMember } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import type { Limits } from '../core/view.ts';
import { type LeaderEvidence, leaderEvidence } from './leader-evidence.ts';
import { type StandbyLag, standbyLags } from './standby-lags.ts';

/** A snapshot with what every judgement needs of it worked out once. */
export interface Facts {
  readonly snapshot: Snapshot;
  readonly limits: Limits;
  readonly patroni: boolean;
  readonly dcs?: Dcs;
  readonly evidence: LeaderEvidence;
  /** What the primary said by SQL, when there is one primary and it answered. */
  readonly primarySql?: { readonly name: string; readonly sql: SqlMember; readonly source: string };
  readonly lags: readonly StandbyLag[];
}

/** Works out who leads and how far the standbys are behind. */
export function factsOf(snapshot: Snapshot, limits: Limits): Facts {
  const evidence = leaderEvidence(snapshot);
  const primary = snapshot.members.find(({ name }) => name === evidence.primary);
  const dcs = known(snapshot.dcs);
  return {
    snapshot,
    limits,
    patroni: snapshot.cluster.mode === 'patroni',
    ...(dcs ? { dcs } : {}),
    evidence,
    ...(primary?.sql.ok ? { primarySql: { name: primary.name, sql: primary.sql.value, source: primary.sql.source } } : {}),
    lags: standbyLags(snapshot, evidence.primary),
  };
}

/** Why a silent member did not answer: `SQL: no answer within 2 s; REST: connection refused`. */
export function silence({ sql, patroni: rest }: MemberReadings, patroni: boolean): string {
  const bySql = sql.ok ? [] : [`SQL: ${sql.why}`];
  const byRest = rest.ok || !patroni ? [] : [`REST: ${rest.why}`];
  return [...bySql, ...byRest].join('; ');
}

/** True when neither SQL nor (under Patroni) its REST API answered. */
export function isSilent(member: MemberReadings, patroni: boolean): boolean {
  return !member.sql.ok && !(patroni && member.patroni.ok);
}
