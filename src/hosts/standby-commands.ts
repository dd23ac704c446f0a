import { asPostgres } from './as-postgres.ts';
import { shWords } from './sh-words.ts';
import { grantOf, reading } from './grant-of.ts';
import { argvOf, patternOf, type Word } from './argv-pattern.ts';
import type { HostLayout } from './host-layout.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';
import { configDirectoryOf, PATRONI_CONFIG, passfileOf } from './standby-places.ts';
import {
  ACCESS_SCRIPT,
  CONFIG_SCRIPT,
  DELETE_SCRIPT,
  DISCARD_SCRIPT,
  DROP_SLOT_SCRIPT,
  PASSFILE_SCRIPT,
  PATHS_SCRIPT,
  PATRONI_SCRIPT,
  PLACE_SCRIPT,
  ROLE_SCRIPT,
  RULES_SCRIPT,
  SETTINGS_SCRIPT,
  SLOT_SCRIPT,
} from './standby-scripts.ts';

/** The remote commands that make a standby: some run on its primary, some on its own host. */

/** Only names of this form are ever made or dropped, so that nothing of anybody else can be named. */
const NAME_FORM = 'standby_[a-z0-9_]{1,55}';
const CONFIG_FILES = ['postgresql.conf', 'pg_hba.conf', 'pg_ident.conf', 'start.conf'] as const;
export type ConfigFile = (typeof CONFIG_FILES)[number];

const nameWord = (name: string): Word => ({ value: name, form: NAME_FORM });

/** What is at each path of stdin. */
export const surveyPaths = (): RemoteCommand => asPostgres('survey paths', shWords(PATHS_SCRIPT));

/** `address`: CIDR. */
export const allowReplication = (role: string, address: string): RemoteCommand =>
  asPostgres('allow replication', accessWords(role, address));
const accessWords = (role: string, address: string) =>
  shWords(ACCESS_SCRIPT, nameWord(role), { value: address, form: '[0-9a-f.:]{2,45}/[0-9]{1,3}' });

export const replicationRules = (): RemoteCommand => asPostgres('replication rules', shWords(RULES_SCRIPT));
/** Reads the verifier of the password from stdin. */
export const makeRole = (role: string): RemoteCommand =>
  asPostgres('make replication role', shWords(ROLE_SCRIPT, nameWord(role)));
export const makeSlot = (slot: string): RemoteCommand => asPostgres('make slot', shWords(SLOT_SCRIPT, nameWord(slot)));
export const releaseSlot = (slot: string): RemoteCommand => asPostgres('release slot', shWords(DROP_SLOT_SCRIPT, nameWord(slot)));
export const readSettings = (): RemoteCommand => asPostgres('read configuration', shWords(SETTINGS_SCRIPT));

/** Reads a line of a password file from stdin, prints the one that is kept; `how`: whether one that is there stays. */
export const keepPassword = (layout: HostLayout, how: 'keep' | 'replace'): RemoteCommand =>
  asPostgres('keep password', passfileWords(layout, how));
const passfileWords = (layout: HostLayout, how: 'keep' | 'replace') =>
  shWords(PASSFILE_SCRIPT, passfileOf(layout), { value: how, form: '(keep|replace)' });

/**
 * Makes Debian's folder of configuration. As postgres, who owns /etc/postgresql (postgresql-common.postinst): root would follow a link that
 * postgres has laid there, and give away what it leads to. @throws Error where there is none.
 */
export const makeConfigDirectory = (layout: HostLayout): RemoteCommand => {
  const words = directoryWords(layout);
  if (!words) throw new Error(`${layout.postgresUnit} reads its configuration from the data directory`);
  return asPostgres('make configuration folder', words);
};
function directoryWords({ postgresUnit }: HostLayout): readonly string[] | undefined {
  const folder = configDirectoryOf({ postgresUnit });
  return folder === undefined ? undefined : ['/usr/bin/mkdir', '-p', '--', folder];
}

/** Reads the file's text from stdin. */
export const writeConfig = (layout: HostLayout, file: ConfigFile): RemoteCommand =>
  asPostgres('write configuration', configWords(layout, file));
function configWords(layout: HostLayout, file: ConfigFile): readonly Word[] {
  const folder = configDirectoryOf(layout) ?? layout.dataDirectory;
  const form = `${patternOf([folder]).slice(1, -1)}/(${CONFIG_FILES.map((name) => name.replace('.', '[.]')).join('|')})`;
  return shWords(CONFIG_SCRIPT, { value: `${folder}/${file}`, form });
}

/** Reads the lines of postgresql.auto.conf from stdin. */
export const placeCopy = (layout: HostLayout): RemoteCommand => asPostgres('place the copy', placeWords(layout));
const placeWords = ({ dataDirectory, binDirectory }: HostLayout) => shWords(PLACE_SCRIPT, dataDirectory, binDirectory);

export const discardCopy = (layout: HostLayout): RemoteCommand => asPostgres('discard the copy', discardWords(layout));
const discardWords = ({ dataDirectory, separateWalDirectory }: HostLayout) =>
  shWords(DISCARD_SCRIPT, dataDirectory, separateWalDirectory ?? '-');

export const deleteData = (layout: HostLayout): RemoteCommand => asPostgres('delete the old data directory', deleteWords(layout));
const deleteWords = ({ dataDirectory, binDirectory }: HostLayout) => shWords(DELETE_SCRIPT, dataDirectory, binDirectory);

/** Reads patroni.yml from stdin. */
export const writePatroni = (): RemoteCommand => ({
  name: 'write patroni.yml',
  as: 'root',
  argv: argvOf(shWords(PATRONI_SCRIPT)),
});

/** Exit 0: Patroni can read it (patroni --validate-config). */
export const validatePatroni = (): RemoteCommand => asPostgres('validate patroni.yml', VALIDATE);
const VALIDATE = ['/usr/bin/patroni', '--validate-config', PATRONI_CONFIG];

/** What sudo must allow for them. */
export function standbyGrants(layout: HostLayout): readonly RemoteGrant[] {
  const folder = directoryWords(layout);
  return [
    reading(grantOf('postgres', shWords(PATHS_SCRIPT), 'See how much room there is for a standby, and what is there already')),
    grantOf('postgres', accessWords('standby_x', '10.0.0.1/32'), 'Let a standby replicate from here by password'),
    reading(grantOf('postgres', shWords(RULES_SCRIPT), 'See who may replicate from here')),
    grantOf('postgres', shWords(ROLE_SCRIPT, nameWord('standby_x')), 'Make the role of a standby'),
    grantOf('postgres', shWords(SLOT_SCRIPT, nameWord('standby_x')), 'Keep the WAL that a new standby needs'),
    grantOf('postgres', shWords(DROP_SLOT_SCRIPT, nameWord('standby_x')), 'Keep it no longer'),
    grantOf(
      'postgres',
      shWords(SETTINGS_SCRIPT),
      'Read the configuration, passwords in it too, for a standby that must have the same',
    ),
    grantOf('postgres', passfileWords(layout, 'keep'), 'Keep the passwords by which this host follows others'),
    ...(folder ? [grantOf('postgres', folder, "Make the folder of a standby's configuration")] : []),
    ...(folder ? [grantOf('postgres', configWords(layout, 'start.conf'), 'Write it, where there is none')] : []),
    grantOf('postgres', placeWords(layout), 'Move a complete copy into place'),
    grantOf('postgres', discardWords(layout), 'Delete a copy that is not needed'),
    grantOf('postgres', deleteWords(layout), 'Delete an old data directory in which no server runs, where people decided so'),
    {
      ...grantOf('postgres', shWords(PATRONI_SCRIPT), "Write the configuration of a new member's Patroni, where there is none"),
      runAs: 'root',
    },
    grantOf('postgres', VALIDATE, 'Have Patroni check it'),
  ];
}
