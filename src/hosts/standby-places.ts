import { COPY_SUFFIX, type StandbyPlaces } from '../core/standby.ts';
import type { HostLayout } from './host-layout.ts';

/** Where Debian's unit of Patroni reads it. */
export const PATRONI_CONFIG = '/etc/patroni/config.yml';

/** Where things of a standby lie on a host with this layout. */
export function standbyPlaces(layout: HostLayout): StandbyPlaces {
  const { dataDirectory, separateWalDirectory } = layout;
  const copyDirectory = `${dataDirectory}.${COPY_SUFFIX}`;
  const configDirectory = configDirectoryOf(layout);
  return {
    dataDirectory,
    copyDirectory,
    copyManifest: `${copyDirectory}/backup_manifest`,
    ...(separateWalDirectory === undefined ? {} : { walDirectory: separateWalDirectory }),
    ...(configDirectory === undefined ? {} : { configDirectory, configFile: `${configDirectory}/postgresql.conf` }),
    passfile: passfileOf(layout),
    patroniConfig: PATRONI_CONFIG,
  };
}

/** Beside the data directory, as that one is replaced as a whole. */
export const passfileOf = ({ dataDirectory }: Pick<HostLayout, 'dataDirectory'>): string => `${dataDirectory}.pgpass`;

/** /etc/postgresql/VERSION/NAME where Debian's unit wants it (pg_ctlcluster(1)). */
export function configDirectoryOf({ postgresUnit }: Pick<HostLayout, 'postgresUnit'>): string | undefined {
  const [, version, name] = /^postgresql@(\d{1,3})-([A-Za-z0-9_]{1,60})\.service$/.exec(postgresUnit) ?? [];
  return version === undefined || name === undefined ? undefined : `/etc/postgresql/${version}/${name}`;
}
