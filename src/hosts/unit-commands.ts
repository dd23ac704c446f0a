import type { HostLayout } from './host-layout.ts';
import { patternOf, type Word } from './argv-pattern.ts';
import { restoreWords, type RecoverBackup, recoverWords, type RestoreBackup } from './restore-commands.ts';
import { passfileOf } from './standby-places.ts';

/** The closed list of long work on a host, all of it as `postgres`. */
export type UnitCommand = BaseBackup | Rewind | RestoreBackup | RecoverBackup;

/** A server, as who copies from it logs in. */
interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** A copy of another server's data directory, beside this host's own one, which it never touches. */
export interface BaseBackup {
  readonly name: 'base backup';
  /** The server to copy. */
  readonly from: Login;
  /** A physical slot there that keeps the WAL until the copy streams. */
  readonly slot: string;
  readonly maxRateKibPerSecond: number;
  /** The copy goes to `<data directory>.<suffix>`, which must not exist or be empty. */
  readonly suffix: string;
  /** The password is in the standby's own file, which stays. */
  readonly login?: 'kept';
}

/** pg_rewind of this host's own data directory, whose server is stopped. It wants a secret. */
export interface Rewind {
  readonly name: 'rewind';
  /** The primary to rewind to. */
  readonly from: Login;
  /** `dry-run` writes nothing and says whether it would work. */
  readonly how: 'dry-run' | 'progress';
  /** Fetches WAL that is gone from pg_wal by the server's own restore_command (PostgreSQL 13). */
  readonly restoreWal: boolean;
}

/** A password file (libpq's .pgpass) that the work may read and that is deleted when it ends. */
export const SECRET_FORM = '/var/lib/trunkline-units/[A-Za-z0-9][A-Za-z0-9.-]{0,120}[.]secret';

/** The words of a unit's command; `secretFile` where it was given a secret. */
export function unitWords(command: UnitCommand, layout: HostLayout, secretFile: string | undefined): readonly Word[] {
  switch (command.name) {
    case 'rewind':
      return rewindWords(command, layout, secretFile);
    case 'restore backup':
      return restoreWords(command, layout);
    case 'recover backup':
      return recoverWords(layout);
    default:
      return backupWords(command, layout, secretFile);
  }
}

/** pg_basebackup(1). */
function backupWords(
  { from, slot, maxRateKibPerSecond, suffix, login }: BaseBackup,
  layout: HostLayout,
  secretFile: string | undefined,
) {
  const kept = passfileOf(layout);
  const file = login === 'kept' ? kept : secretFile;
  const wal = layout.separateWalDirectory;
  return [
    ...['/usr/bin/pg_basebackup', '-w', '-v', '-X', 'stream', '-c', 'fast', '-S', { value: slot, form: '[a-z0-9_]{1,63}' }],
    ...['-r', { value: String(maxRateKibPerSecond), form: '[0-9]{2,7}' }],
    '-D',
    { value: `${layout.dataDirectory}.${suffix}`, form: `${fixed(layout.dataDirectory)}[.][a-z0-9-]{1,60}` },
    ...['-d', { value: `postgresql://${authority(from)}/${passfile(file)}`, form: addressForm(fixed(kept)) }],
    ...(wal === undefined ? [] : [`--waldir=${wal}`]),
  ];
}

/** pg_rewind(1); in English, as its words are read. It stops a server that crashed by itself (single-user recovery). */
function rewindWords({ from, how, restoreWal }: Rewind, layout: HostLayout, secretFile: string | undefined): readonly Word[] {
  return [
    ...['/usr/bin/env', 'LC_ALL=C', `${layout.binDirectory}/pg_rewind`, '-D', layout.dataDirectory],
    { value: `--${how}`, form: '--(dry-run|progress)' },
    ...(restoreWal ? ['--restore-target-wal'] : []),
    ...['--source-server', { value: `postgresql://${authority(from)}/postgres${passfile(secretFile)}`, form: DATABASE }],
  ];
}

/** What stands for all that the list allows, for what sudo must grant. */
export const ANY_COMMANDS: readonly UnitCommand[] = [
  { name: 'base backup', from: { host: 'h', port: 1, user: 'u' }, slot: 's', maxRateKibPerSecond: 32, suffix: 'x' },
  ...[true, false].map((restoreWal) => ({
    ...({ name: 'rewind', from: { host: 'h', port: 1, user: 'u' }, how: 'progress', restoreWal } as const),
  })),
];

// An address without a blank, as sudo sees all words joined by blanks.
const HOST = '([A-Za-z0-9.-]{1,255}|[[][0-9a-f:]{2,45}])';
const LOGIN = `postgresql://[A-Za-z0-9_]{1,63}@${HOST}:[0-9]{1,5}/`;
const addressForm = (kept: string) => `${LOGIN}([?]passfile=(${SECRET_FORM}|${kept}))?`;
const DATABASE = `${LOGIN}postgres[?]passfile=${SECRET_FORM}`;

const fixed = (path: string): string => patternOf([path]).slice(1, -1);

function passfile(secretFile: string | undefined): string {
  return secretFile === undefined ? '' : `?passfile=${secretFile}`;
}

function authority({ host, port, user }: Login): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
}
