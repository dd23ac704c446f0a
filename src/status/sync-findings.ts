import type { Facts } from './facts.ts';
import { type Finding, finding } from './finding.ts';
import { joinNames } from './join-names.ts';

/** Synchronous mode without a synchronous standby, and where etcd and SQL disagree on who is one. */
export function syncFindings(facts: Facts): readonly Finding[] {
  const { dcs, lags, primarySql } = facts;
  if (!dcs || dcs.config.synchronousMode === 'off') return [];
  const byKey = dcs.sync?.standbys ?? [];
  const bySql = lags.filter(({ syncState }) => isSync(syncState)).map(({ name }) => name);
  if (primarySql && bySql.length === 0) return [noSync(dcs.config.synchronousModeStrict)];
  const missing = primarySql ? byKey.filter((name) => !bySql.some((other) => other.toLowerCase() === name.toLowerCase())) : [];
  if (missing.length === 0) return [];
  return [
    finding(
      'warn',
      'sync-apart',
      `etcd counts ${joinNames(missing)} as sync standby, SQL on the leader does not (it has ${joinNames(bySql)})`,
    ),
  ];
}

/** True for the states of pg_stat_replication.sync_state that a commit waits for. */
export function isSync(syncState: string | undefined): boolean {
  return syncState === 'sync' || syncState === 'quorum';
}

function noSync(strict: boolean): Finding {
  return strict
    ? finding('bad', 'strict-without-sync', 'no sync standby in strict synchronous mode: commits wait until one is back')
    : finding(
        'warn',
        'no-sync-standby',
        'synchronous mode is on but no standby is sync: a crash of the leader now can lose commits',
      );
}
