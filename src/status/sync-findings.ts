import { known } from '../core/reading.ts';
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
  if (missing.length === 0) return onlyOne(facts, bySql);
  return [
    finding(
      'warn',
      'sync-apart',
      `etcd counts ${joinNames(missing)} as sync standby, SQL on the leader does not (it has ${joinNames(bySql)})`,
    ),
  ];
}

/** Under strict mode the last standby that can be synchronous holds the writes of the whole cluster (Patroni docs, replication_modes.rst). */
function onlyOne({ dcs, lags, snapshot, primarySql }: Facts, bySql: readonly string[]): readonly Finding[] {
  const [only] = bySql;
  if (!dcs?.config.synchronousModeStrict || !primarySql || only === undefined || bySql.length > 1) return [];
  const others = lags.filter(({ name }) => name !== only);
  const able = others.filter(
    ({ name, state, upstream }) => state === 'streaming' && !upstream && !hasNosync(name, { dcs, snapshot }),
  );
  if (able.length > 0) return [];
  const why = others.map(({ name, state, upstream }) => `${name} ${whyNot(state, upstream)}`).join(', ');
  const says = `if ${only} stops, writes stop: synchronous mode is strict and no other standby can be synchronous${why ? ` (${why})` : ''}`;
  return [finding('warn', 'only-sync-standby', says)];
}

const whyNot = (state: string, upstream: string | undefined): string =>
  upstream
    ? `streams from ${upstream}`
    : state === 'streaming'
      ? 'has the tag nosync'
      : `is ${state === 'unknown' ? 'not known' : state}`;

function hasNosync(member: string, { dcs, snapshot }: Pick<Facts, 'dcs' | 'snapshot'>): boolean {
  const rest = known(snapshot.members.find(({ name }) => name === member)?.patroni);
  return (rest?.tags ?? dcs?.members[member]?.tags)?.nosync === true;
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
