import { reading } from './grant-of.ts';
import { argvOf, patternOf, type Word } from './argv-pattern.ts';
import type { HostLayout } from './host-layout.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';
import { UNITS_FOLDER } from './unit-remote.ts';
import {
  DELETE_KEPT_SCRIPT,
  HALF_SCRIPT,
  KEEP_WAL_SCRIPT,
  LIST_KEPT_SCRIPT,
  MARK_SCRIPT,
  SET_ASIDE_SCRIPT,
} from './data-scripts.ts';

/** The commands around a data directory that is rewound, put aside or replaced, all as postgres. */

/** find(1) goes back to where it began and fails where it may not, as postgres in the home of the login user. */
const FIND = ['/usr/bin/env', '--chdir=/', '/usr/bin/find'];

const HISTORY = '[0-9A-F]{8}[.]history';
const CLAIM = '[A-Za-z0-9][A-Za-z0-9.-]{0,100}';
/** What a run puts aside: `old-t7-3000028` a data directory, `wal-t7-3000028` WAL of a lost branch. */
const KEPT = '(old|wal)-t[0-9]{1,10}-[0-9a-f]{1,16}';

/** A line for each entry: type and mode in hexadecimal, inode, birth in seconds, bytes, path (stat(1)), of the folders that matter. */
export const listData = ({ dataDirectory: data }: HostLayout): RemoteCommand =>
  command('list data directory', [
    ...[...FIND, '-H', data, `${data}/pg_tblspc`, `${data}/pg_wal/`, `${data}/global/pg_control`],
    ...['-maxdepth', '1', '-exec', '/usr/bin/stat', '-c', '%f/%i/%W/%s/%n', '--', '{}', '+'],
  ]);

export const readHistory = (layout: HostLayout, file: string): RemoteCommand =>
  command('read timeline history', historyWords(layout, file));
const historyWords = ({ dataDirectory }: HostLayout, file: string): readonly Word[] => [
  ...['/usr/bin/cat', '--'],
  { value: `${dataDirectory}/pg_wal/${file}`, form: `${fixed(dataDirectory)}/pg_wal/${HISTORY}` },
];

/** restore_command as the server would read it (postgres(1), -C). */
export const restoreCommand = ({ dataDirectory, binDirectory }: HostLayout): RemoteCommand =>
  command('read restore_command', [
    ...['/usr/bin/env', 'LC_ALL=C', `${binDirectory}/postgres`, '-D', dataDirectory, '-C', 'restore_command'],
  ]);

/** The first file that postgres may not write, if there is one. */
export const unwritable = ({ dataDirectory }: HostLayout): RemoteCommand =>
  command('look for unwritable files', [...FIND, '-L', dataDirectory, '-not', '-writable', '-print', '-quit']);

export const readMark = (layout: HostLayout): RemoteCommand =>
  command('read the mark of a rewind', ['/usr/bin/cat', '--', markOf(layout)]);

/** Prints the mark's claim where it is of this data directory, else nothing. */
export const halfRewound = (layout: HostLayout): RemoteCommand =>
  command('look for a half rewind', ['/bin/sh', '-c', HALF_SCRIPT, 'sh', layout.dataDirectory, markOf(layout)]);

/** Writes which data directory is about to be rewound (inode and birth of its control file) and by which claim. */
export const writeMark = (layout: HostLayout, claim: string): RemoteCommand => command('mark a rewind', markWords(layout, claim));
const markWords = (layout: HostLayout, claim: string): readonly Word[] => [
  ...['/bin/sh', '-c', MARK_SCRIPT, 'sh', layout.dataDirectory, markOf(layout), { value: claim, form: CLAIM }, UNITS_FOLDER],
];

export const deleteMark = (layout: HostLayout): RemoteCommand =>
  command('take the mark of a rewind away', ['/usr/bin/rm', '-f', '--', markOf(layout)]);

/** Copies the WAL files from this one on, in the order of their names, and the histories; does nothing where that was done before. */
export const keepWal = (layout: HostLayout, kept: { suffix: string; from: string; claim: string }): RemoteCommand =>
  command('keep WAL', keepWalWords(layout, kept));
const keepWalWords = (layout: HostLayout, { suffix, from, claim }: { suffix: string; from: string; claim: string }) => [
  ...['/bin/sh', '-c', KEEP_WAL_SCRIPT, 'sh', `${layout.dataDirectory}/pg_wal`, keptWord(layout, suffix)],
  ...[
    { value: from, form: '[0-9A-F]{24}' },
    { value: claim, form: CLAIM },
  ],
];

/** Renames the data directory, unless that name is taken or a server runs in it. */
export const setAside = (layout: HostLayout, kept: { suffix: string; claim: string }): RemoteCommand =>
  command('set the data directory aside', setAsideWords(layout, kept));
const setAsideWords = (layout: HostLayout, { suffix, claim }: { suffix: string; claim: string }): readonly Word[] => [
  ...['/bin/sh', '-c', SET_ASIDE_SCRIPT, 'sh', layout.dataDirectory, keptWord(layout, suffix)],
  { value: claim, form: CLAIM },
  layout.binDirectory,
];

/** A line `name/seconds/bytes/claim` for each folder that was put aside. */
export const listKept = ({ dataDirectory }: HostLayout): RemoteCommand =>
  command('list what is kept', ['/bin/sh', '-c', LIST_KEPT_SCRIPT, 'sh', dataDirectory]);

export const deleteKept = (layout: HostLayout, suffix: string): RemoteCommand =>
  command('delete what is kept', deleteKeptWords(layout, suffix));
const deleteKeptWords = (layout: HostLayout, suffix: string): readonly Word[] => [
  ...['/bin/sh', '-c', DELETE_KEPT_SCRIPT, 'sh', keptWord(layout, suffix)],
];

/** What sudo must allow for them. */
export function dataGrants(layout: HostLayout): readonly RemoteGrant[] {
  const kept = { suffix: 'old-t1-0', from: '0'.repeat(24), claim: 'x' };
  return [
    reading(exactly(listData(layout), 'See what is in the data directory: WAL, tablespaces, its control file')),
    reading(matching(historyWords(layout, '00000001.history'), 'Read which timelines led to this server')),
    reading(exactly(restoreCommand(layout), 'Read whether WAL can be restored')),
    reading(exactly(unwritable(layout), 'Find files at which a rewind would fail half way')),
    reading(exactly(readMark(layout), 'See whether a rewind died half way')),
    reading(
      matching(
        ['/bin/sh', '-c', HALF_SCRIPT, 'sh', layout.dataDirectory, markOf(layout)],
        'The same, before a server is started',
      ),
    ),
    matching(markWords(layout, 'x'), 'Write down that a rewind begins'),
    exactly(deleteMark(layout), 'Write down that it is complete'),
    matching(keepWalWords(layout, kept), 'Keep the WAL of a lost branch before a rewind'),
    matching(setAsideWords(layout, kept), 'Rename the data directory before a new copy is made'),
    reading(matching(['/bin/sh', '-c', LIST_KEPT_SCRIPT, 'sh', layout.dataDirectory], 'List what was kept so')),
    matching(deleteKeptWords(layout, 'old-t1-0'), 'Delete what was kept so'),
  ];
}

const markOf = ({ dataDirectory }: HostLayout): string => `${dataDirectory}.rewinding`;
const fixed = (path: string): string => patternOf([path]).slice(1, -1);

function keptWord({ dataDirectory }: HostLayout, suffix: string): Word {
  return { value: `${dataDirectory}.${suffix}`, form: `${fixed(dataDirectory)}[.]${KEPT}` };
}

function command(name: string, words: readonly Word[]): RemoteCommand {
  return { name, as: 'postgres', argv: argvOf(words) };
}

function matching([program, ...args]: readonly Word[], why: string): RemoteGrant {
  if (typeof program !== 'string') throw new Error('a program is fixed');
  return { runAs: 'postgres', program, args: { matching: patternOf(args) }, why };
}

function exactly({ argv: [program = '', ...args] }: RemoteCommand, why: string): RemoteGrant {
  return { runAs: 'postgres', program, args, why };
}
