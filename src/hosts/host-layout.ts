/** Where PostgreSQL and its service live on one host; differs from cluster to cluster. */
export interface HostLayout {
  readonly dataDirectory: string;
  readonly walDirectory: string;
  /** The folder of pg_ctl, pg_rewind and the like, of the server's own major version. */
  readonly binDirectory: string;
  /** The unit that runs PostgreSQL where Patroni does not. */
  readonly postgresUnit: string;
  readonly patroniUnit: string;
  /** Where the WAL lies when it has a place of its own, behind a link in the data directory. */
  readonly separateWalDirectory?: string;
}

/** What of a layout is said by the configuration; the rest follows from the data directory as Debian lays it out. */
export interface LayoutSettings {
  readonly dataDirectory: string;
  readonly binDirectory?: string | undefined;
  readonly postgresUnit?: string | undefined;
  readonly patroniUnit?: string | undefined;
  readonly walDirectory?: string | undefined;
}

/**
 * The layout of a member. Debian keeps the cluster NAME of a major version in /var/lib/postgresql/VERSION/NAME, its programs in
 * /usr/lib/postgresql/VERSION/bin and its unit postgresql@VERSION-NAME (pg_createcluster(1)); elsewhere the programs are looked for in
 * /usr/bin and the unit is postgresql. The WAL is in the data directory, or behind a link there.
 */
export function layoutOf({ dataDirectory, binDirectory, postgresUnit, patroniUnit, walDirectory }: LayoutSettings): HostLayout {
  const [, version, name] = /^\/var\/lib\/postgresql\/(\d{1,3})\/([A-Za-z0-9_]{1,60})$/.exec(dataDirectory) ?? [];
  const isDebian = version !== undefined && name !== undefined;
  return {
    dataDirectory,
    walDirectory: `${dataDirectory}/pg_wal`,
    binDirectory: binDirectory ?? (isDebian ? `/usr/lib/postgresql/${version}/bin` : '/usr/bin'),
    postgresUnit: postgresUnit ?? (isDebian ? `postgresql@${version}-${name}.service` : 'postgresql.service'),
    patroniUnit: patroniUnit ?? 'patroni.service',
    ...(walDirectory === undefined ? {} : { separateWalDirectory: walDirectory }),
  };
}
