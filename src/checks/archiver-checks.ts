import type { Activity } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { BareScene } from './scene.ts';

/**
 * PostgreSQL does not end its shutdown before its WAL is archived, so a failing or slow archiver stretches the outage (PostgreSQL
 * docs, continuous-archiving; Patroni issue 1905).
 */
export function archiverChecks({ leader, leaderSql, facts }: BareScene, activity: Activity): readonly Check[] {
  const { archiver } = leaderSql;
  if (!archiver || archiver.mode === 'off') return [passed('archiver', `${leader.name} archives no WAL (archive_mode off)`)];
  return [works(leader.name, archiver), backlog(leader.name, activity.readyWalFiles, facts.limits.maxReadyWalFiles)];
}

function works(leader: string, archiver: NonNullable<BareScene['leaderSql']['archiver']>): Check {
  const { lastArchivedAtMs: good = 0, lastFailedAtMs: bad = 0, lastFailedWal, failedCount } = archiver;
  return bad > good
    ? blocked(
        'archiver',
        `archiving fails on ${leader}: ${lastFailedWal ?? 'the last file'} (${failedCount} failures)`,
        'Mend the archive command first: the shutdown would wait for it.',
        { hard: false },
      )
    : passed('archiver', `${leader} archives WAL`);
}

function backlog(leader: string, ready: number | undefined, max: number): Check {
  const id = 'archiver-backlog';
  const limit = `at most ${max}`;
  if (ready === undefined)
    return warned(id, `how many WAL files of ${leader} wait for the archive could not be read`, 'Look by hand.', limit);
  const says = `${ready} WAL files of ${leader} wait for the archive`;
  return ready <= max ? passed(id, says, limit) : blocked(id, says, 'Wait until they are archived.', { hard: false, limit });
}
