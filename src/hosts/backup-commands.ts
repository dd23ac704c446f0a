import type { BackupTool } from '../core/backups.ts';
import { asPostgres } from './as-postgres.ts';
import { grantOf, reading } from './grant-of.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

/** How backup tools are asked; nothing here writes but the mark of a restore. */

/** pgbackrest(1), info. In English and without a log on the console, as its answer is read. */
const pgbackrestWords = (stanza: string) => [
  ...['/usr/bin/env', 'LC_ALL=C', '/usr/bin/pgbackrest', `--stanza=${stanza}`, '--output=json'],
  ...['--log-level-console=off', '--log-level-stderr=error', 'info'],
];

/** barman(1), list-backups; it ends with 1 for a server that it does not know, and says so in its JSON. */
const barmanWords = (server: string) => ['/usr/bin/env', 'LC_ALL=C', '/usr/bin/barman', '-f', 'json', 'list-backups', server];

/** What the tool says of all backups, as JSON. */
export function backupInfo({ tool, of }: BackupTool): RemoteCommand {
  if (tool === 'pgBackRest') return asPostgres('pgbackrest info', pgbackrestWords(of));
  return { name: 'barman list-backups', as: 'barman', argv: barmanWords(of) };
}

/** What sudo must allow on a host that is asked. */
export function backupGrants({ tool, of }: BackupTool): readonly RemoteGrant[] {
  return tool === 'pgBackRest'
    ? [reading(grantOf('postgres', pgbackrestWords(of), 'Read which backups there are'))]
    : [reading(grantOf('barman', barmanWords(of), 'Read which backups there are'))];
}
