import type { HostLayout } from './host-layout.ts';
import { patternOf, type Word } from './argv-pattern.ts';

/** The closed list of long work on a host, all of it as `postgres`. */
export type UnitCommand = BaseBackup;

/** A copy of another server's data directory, beside this host's own one, which it never touches. */
export interface BaseBackup {
  readonly name: 'base backup';
  /** The server to copy. */
  readonly from: { readonly host: string; readonly port: number; readonly user: string };
  /** A physical slot there that keeps the WAL until the copy streams. */
  readonly slot: string;
  readonly maxRateKibPerSecond: number;
  /** The copy goes to `<data directory>.<suffix>`, which must not exist or be empty. */
  readonly suffix: string;
}

/** A password file (libpq's .pgpass) that the work may read and that is deleted when it ends. */
export const SECRET_FORM = '/var/lib/trunkline-units/[A-Za-z0-9][A-Za-z0-9.-]{0,120}[.]secret';

/** The words of a unit's command; `secretFile` where it was given a secret. */
export function unitWords(command: UnitCommand, layout: HostLayout, secretFile: string | undefined): readonly Word[] {
  const { from, slot, maxRateKibPerSecond, suffix } = command;
  const path = patternOf([layout.dataDirectory]).slice(1, -1);
  const passfile = secretFile === undefined ? '' : `?passfile=${secretFile}`;
  // pg_basebackup(1). An address without a blank, as sudo sees all words joined by blanks.
  return [
    '/usr/bin/pg_basebackup',
    '-w',
    '-v',
    '-X',
    'stream',
    '-c',
    'fast',
    '-S',
    { value: slot, form: '[a-z0-9_]{1,63}' },
    '-r',
    { value: String(maxRateKibPerSecond), form: '[0-9]{2,7}' },
    '-D',
    { value: `${layout.dataDirectory}.${suffix}`, form: `${path}[.][a-z0-9-]{1,60}` },
    '-d',
    { value: `postgresql://${authority(from)}/${passfile}`, form: ADDRESS },
  ];
}

/** One that stands for all that the list allows, for what sudo must grant. */
export const ANY_COMMAND: UnitCommand = {
  name: 'base backup',
  from: { host: 'h', port: 1, user: 'u' },
  slot: 's',
  maxRateKibPerSecond: 32,
  suffix: 'x',
};

const HOST = '([A-Za-z0-9.-]{1,255}|[[][0-9a-f:]{2,45}])';
const ADDRESS = `postgresql://[A-Za-z0-9_]{1,63}@${HOST}:[0-9]{1,5}/([?]passfile=${SECRET_FORM})?`;

function authority({ host, port, user }: BaseBackup['from']): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
}
