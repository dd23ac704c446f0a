import type { Word } from './argv-pattern.ts';
import type { HostLayout } from './host-layout.ts';

/** A backup of pgBackRest over this host's own data directory, whose server is stopped; files that are as in the backup stay. */
export interface RestoreBackup {
  readonly name: 'restore backup';
  readonly stanza: string;
  /** The backup's label. */
  readonly set: string;
}

/** Recovery of what was just restored up to the end of the backup, without anybody who connects. */
export interface RecoverBackup {
  readonly name: 'recover backup';
}

/** The last full backup's label and, of a differential or incremental one, its own. */
const LABEL = '[0-9]{8}-[0-9]{6}F(_[0-9]{8}-[0-9]{6}[DI])?';

/**
 * pgbackrest(1), restore. The path is said, so that no other one of the stanza's is written to; each file is told with the share that is
 * done. The control file is written last, so that nothing half restored starts.
 */
export function restoreWords({ stanza, set }: Pick<RestoreBackup, 'stanza' | 'set'>, layout: HostLayout): readonly Word[] {
  return [
    ...['/usr/bin/env', 'LC_ALL=C', '/usr/bin/pgbackrest', `--stanza=${stanza}`, `--pg1-path=${layout.dataDirectory}`],
    { value: `--set=${set}`, form: `--set=${LABEL}` },
    ...['--delta', '--type=standby', '--log-level-console=detail', '--log-timestamp=n', 'restore'],
  ];
}

/**
 * Patroni takes a restored data directory for that of a crashed primary, as its control file says so, and runs a crash recovery over it in
 * which the backup's own WAL would not count (patroni/ha.py, recover; rewind.py, ensure_clean_shutdown). So it is recovered first, up to
 * where it is consistent, and left as a standby that was shut down. Only the file that pgBackRest wrote is read: the other one, of Patroni,
 * may lie elsewhere and unsets every recovery target. Without hot standby the settings of the primary do not matter, but for prepared
 * transactions.
 */
export function recoverWords({ dataDirectory, binDirectory }: HostLayout): readonly Word[] {
  return [
    // The socket is in the data directory, into which the server goes. Long options and no more words, as sudo reads at most 1,024 characters.
    ...[`${binDirectory}/postgres`, '-D', dataDirectory, '-k', '.', '--listen_addresses=', '--hot_standby=off'],
    ...[`--config_file=${dataDirectory}/postgresql.auto.conf`, '--max_prepared_transactions=1000'],
    ...['--recovery_target=immediate', '--recovery_target_action=shutdown'],
  ];
}

/** What stands for all that the list allows, for what sudo must grant. */
export const anyRestore = (stanza: string): readonly (RestoreBackup | RecoverBackup)[] => [
  { name: 'restore backup', stanza, set: '20260101-000000F' },
  { name: 'recover backup' },
];
