import { z } from 'zod';

/** What `read configuration` prints. */
const Configuration = z.object({ hba: z.string(), ident: z.string(), settings: z.record(z.string(), z.string()).nullable() });

/** Belong to one server, or to its present place in the cluster: not to be taken over. */
const OWN =
  /^(data_directory|config_file|hba_file|ident_file|external_pid_file|listen_addresses|port|cluster_name|stats_temp_directory|primary_.*|recovery_.*|standby_.*|promote_trigger_file|synchronous_standby_names)$/;

/**
 * The configuration of a standby: that of its primary but for what belongs to one server (its own addresses, paths and connection). A
 * standby must have the shared memory of its primary (hot-standby.sgml), so nothing else is left out.
 * @throws ZodError when the primary said something else.
 */
export function standbyConf(
  said: string,
  own: { readonly host: string; readonly port: number; readonly dataDirectory: string; readonly configDirectory: string },
) {
  const { hba, ident, settings } = Configuration.parse(JSON.parse(said));
  const primary = settings ?? {};
  const { host, port, dataDirectory, configDirectory } = own;
  const lines = {
    ...Object.fromEntries(Object.entries(primary).filter(([name]) => !OWN.test(name))),
    ...{
      data_directory: dataDirectory,
      hba_file: `${configDirectory}/pg_hba.conf`,
      ident_file: `${configDirectory}/pg_ident.conf`,
    },
    ...{ listen_addresses: primary.listen_addresses === '*' ? '*' : `${host},127.0.0.1`, port: String(port) },
  };
  const names = Object.keys(lines).sort() as (keyof typeof lines)[];
  return [
    { file: 'postgresql.conf', text: names.map((name) => `${name} = '${lines[name].replaceAll("'", "''")}'\n`).join('') },
    { file: 'pg_hba.conf', text: hba },
    { file: 'pg_ident.conf', text: ident || '# none\n' },
    { file: 'start.conf', text: 'auto\n' },
  ] as const;
}
