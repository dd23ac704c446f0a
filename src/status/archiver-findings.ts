import type { Archiver } from '../core/cluster.ts';
import type { Text } from '../core/message.ts';
import type { Facts } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';

/** Whether the primary archives its WAL; without an archiver in the answer, archive_mode is off. */
export function archiverFindings({ primarySql }: Facts): readonly Finding[] {
  if (!primarySql) return [];
  const { archiver } = primarySql.sql;
  if (!archiver || archiver.mode === 'off')
    return [
      finding('info', 'archiver-off', `${primarySql.name} archives no WAL (archive_mode is off): no point-in-time recovery`),
    ];
  if (!isFailing(archiver)) return [];
  return [
    about(
      primarySql.name,
      finding(
        'warn',
        'archiver-failing',
        ['WAL archiving on ', primarySql.name, ' fails: ', ...since(archiver)],
        'WAL piles up on the disk and a clean shutdown waits for the archiver. Look at the archive_command in the server log.',
      ),
    ),
  ];
}

/** Failing: the last failure is newer than the last success (pg_stat_archiver). */
export function isFailing({ lastFailedAtMs, lastArchivedAtMs }: Archiver): boolean {
  return lastFailedAtMs !== undefined && lastFailedAtMs > (lastArchivedAtMs ?? 0);
}

function since({ lastArchivedAtMs, lastFailedAtMs, lastFailedWal }: Archiver): Extract<Text, readonly unknown[]> {
  const success = lastArchivedAtMs === undefined ? ['never succeeded'] : ['last success ', { timeMs: lastArchivedAtMs }];
  const failure = lastFailedAtMs === undefined ? [] : [', last failure ', { timeMs: lastFailedAtMs }];
  return [...success, ...failure, ...(lastFailedWal ? [` (${lastFailedWal})`] : [])];
}
