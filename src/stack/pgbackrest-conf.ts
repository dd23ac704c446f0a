export interface BackupRepository {
  readonly stanza: string;
  readonly path: string;
  readonly retentionFull: number;
}

export interface BackedUpHost {
  /** Absent when PostgreSQL is on the host that the file is for. */
  readonly address?: string;
  readonly dataDirectory: string;
}

/** Renders pgbackrest.conf (pgBackRest configuration reference) for one host: the repository and each PostgreSQL of the stanza. */
export function pgbackrestConf(repository: BackupRepository, hosts: readonly BackedUpHost[]): string {
  const databases = hosts.map(({ address, dataDirectory }, index) => {
    const host = address === undefined ? '' : `pg${index + 1}-host=${address}\n`;
    return `${host}pg${index + 1}-path=${dataDirectory}\n`;
  });
  return `[global]
repo1-path=${repository.path}
repo1-retention-full=${repository.retentionFull}
process-max=2
start-fast=y
log-level-console=warn
log-level-file=off

[global:archive-push]
compress-level=1

[${repository.stanza}]
${databases.join('')}`;
}
