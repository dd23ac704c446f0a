import { grantOf, reading } from './grant-of.ts';
import { argvOf, type Word } from './argv-pattern.ts';
import type { HostLayout } from './host-layout.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';
import { ANY_COMMANDS, SECRET_FORM, type UnitCommand, unitWords } from './unit-commands.ts';
import { CLEAN_SCRIPT, END_SESSION_SCRIPT, SECRET_SCRIPT, SESSION_SCRIPT, UNIT_SCRIPT } from './unit-scripts.ts';

/** The remote commands around long work: how it is started, watched, ended and tidied up. */

export const UNITS_FOLDER = '/var/lib/trunkline-units';
const CLAIM_FORM = '[A-Za-z0-9][A-Za-z0-9.-]{0,100}';

/** What a start needs to know. */
export interface UnitStart {
  readonly claim: string;
  /** 16 hexadecimal digits, new for each attempt. */
  readonly nonce: string;
  readonly command: UnitCommand;
  readonly layout: HostLayout;
  readonly withinSeconds: number;
  readonly hasSecret: boolean;
}

const folderWord = (claim: string): Word => ({ value: `${UNITS_FOLDER}/${claim}`, form: `${UNITS_FOLDER}/${CLAIM_FORM}` });
const unitWord = (claim: string): Word => ({
  value: `trunkline-${claim}.service`,
  form: `trunkline-${CLAIM_FORM}[.]service`,
});
const nonceWord = (nonce: string): Word => ({ value: nonce, form: '[0-9a-f]{16}' });

function command(name: string, as: RemoteCommand['as'], words: readonly Word[]): RemoteCommand {
  return { name, as, argv: argvOf(words) };
}

/** The folder of the units' claims: of postgres, read by everybody, as the results in it are no secret. */
export const prepareUnits = (): RemoteCommand => command('prepare units', 'root', PREPARE);
const PREPARE = ['/usr/bin/install', '-d', '-o', 'postgres', '-m', '0755', '--', UNITS_FOLDER];

/** Exit 0: this host runs systemd (sd_booted(3)). */
export const hasSystemd = (): RemoteCommand =>
  command('test systemd', 'trunkline', ['/usr/bin/test', '-d', '/run/systemd/system']);

/** Starts the work as a transient unit (systemd-run(1)); it is not collected when it fails, so that it can be looked at. */
export const startUnit = (start: UnitStart): RemoteCommand => command('start unit', 'root', startUnitWords(start));

function startUnitWords(start: UnitStart): readonly Word[] {
  return [
    // The user stands first: sudo can't tell where words end, and a longer word before it could swallow it, which would leave root.
    ...['/usr/bin/systemd-run', '--property=User=postgres', '--quiet', '--description=Trunkline'],
    ...['--property=Type=exec', '--property=TimeoutStopSec=15', '--property=NoNewPrivileges=yes'],
    { value: `--property=RuntimeMaxSec=${start.withinSeconds}`, form: '--property=RuntimeMaxSec=[0-9]{1,6}' },
    ...['-u', unitWord(start.claim), '--', '/bin/sh', '-c', UNIT_SCRIPT, 'sh'],
    ...[folderWord(start.claim), nonceWord(start.nonce), ...workWords(start)],
  ];
}

/** Starts the work in a session of its own. */
export const startSession = (start: UnitStart): RemoteCommand => command('start session', 'postgres', startSessionWords(start));

function startSessionWords(start: UnitStart): readonly Word[] {
  return [
    ...['/usr/bin/setsid', '--fork', '/bin/sh', '-c', SESSION_SCRIPT, 'sh', folderWord(start.claim), nonceWord(start.nonce)],
    { value: String(start.withinSeconds), form: '[0-9]{1,6}' },
    ...workWords(start),
  ];
}

function workWords({ command: work, layout, hasSecret, claim, nonce }: UnitStart): readonly Word[] {
  return unitWords(work, layout, hasSecret ? secretFile({ claim, nonce }) : undefined);
}

/** Each start has a file of its own, so that one that comes too late takes nothing away from the one that runs. */
type SecretOf = Pick<UnitStart, 'claim' | 'nonce'>;
const secretFile = ({ claim, nonce }: SecretOf) => `${UNITS_FOLDER}/${claim}.${nonce}.secret`;

/** Writes stdin into the secret's file; deletes it where stdin is empty. */
export const writeUnitSecret = (of: SecretOf): RemoteCommand => command('write unit secret', 'postgres', secretWords(of));
const secretWords = (of: SecretOf): readonly Word[] => [
  ...['/bin/sh', '-c', SECRET_SCRIPT, 'sh'],
  { value: secretFile(of), form: SECRET_FORM },
];

/** What is in a claim's folder; fails while there is none. */
export const listUnitClaim = (claim: string): RemoteCommand =>
  command('list unit claim', 'trunkline', ['/usr/bin/env', 'LC_ALL=C', '/usr/bin/ls', '-A', '--', folderWord(claim)]);

export const readUnitFile = (claim: string, file: 'owner' | 'result'): RemoteCommand =>
  command(`read unit ${file}`, 'trunkline', [
    ...['/usr/bin/cat', '--'],
    { value: `${UNITS_FOLDER}/${claim}/${file}`, form: `${UNITS_FOLDER}/${CLAIM_FORM}/[a-z]+` },
  ]);

export const showUnit = (claim: string): RemoteCommand =>
  command('show unit', 'trunkline', ['/usr/bin/systemctl', 'show', '-p', 'ActiveState,ControlGroup', '--', unitWord(claim)]);

export const killUnit = (claim: string, signal: 'SIGTERM' | 'SIGKILL'): RemoteCommand =>
  command('kill unit', 'root', killWords(claim, signal));
const killWords = (claim: string, signal: string): readonly Word[] => [
  ...['/usr/bin/systemctl', 'kill', '-s', { value: signal, form: 'SIG(TERM|KILL)' }, '--', unitWord(claim)],
];

export const stopUnit = (claim: string): RemoteCommand => command('stop unit', 'root', verbWords('stop', claim));
/** Forgets that a unit failed, once nobody needs to look at it any more. */
export const resetUnit = (claim: string): RemoteCommand => command('reset unit', 'root', verbWords('reset-failed', claim));
const verbWords = (verb: 'stop' | 'reset-failed', claim: string): readonly Word[] => [
  ...['/usr/bin/systemctl', { value: verb, form: '(stop|reset-failed)' }, '--', unitWord(claim)],
];

/** What a unit said, as JSON a line, after a cursor or from the beginning (journalctl(1)). */
export const unitJournal = (claim: string, cursor: string | undefined): RemoteCommand =>
  command('unit journal', 'root', journalWords(claim, cursor));

function journalWords(claim: string, cursor: string | undefined): readonly Word[] {
  const after = { value: `--after-cursor=${cursor ?? ''}`, form: '--after-cursor=[0-9a-z=;]{1,255}' };
  return [
    ...['/usr/bin/journalctl', '-o', 'json', '--output-fields=MESSAGE', '--no-pager', '-u', unitWord(claim)],
    ...(cursor === undefined ? [] : [after]),
  ];
}

/** The last 40 lines that a unit said, as JSON a line. */
export const unitTail = (claim: string): RemoteCommand => command('unit tail', 'root', journalTailWords(claim));
const journalTailWords = (claim: string): readonly Word[] => [
  ...['/usr/bin/journalctl', '-o', 'json', '--output-fields=MESSAGE', '--no-pager', '-n', '40', '-u', unitWord(claim)],
];

/** Exit 0: nothing of the session lives; exit 75: it runs. */
export const probeSession = (claim: string): RemoteCommand => command('probe session', 'postgres', probeWords(claim));
const probeWords = (claim: string): readonly Word[] => [
  ...['/usr/bin/flock', '-sn', '-E', '75'],
  { value: `${UNITS_FOLDER}/${claim}/lock`, form: `${UNITS_FOLDER}/${CLAIM_FORM}/lock` },
  '/usr/bin/true',
];

export const endSession = (claim: string): RemoteCommand => command('end session', 'postgres', endWords(claim));
const endWords = (claim: string): readonly Word[] => ['/bin/sh', '-c', END_SESSION_SCRIPT, 'sh', folderWord(claim)];

/** The log of a session from a byte on, the first being 1. */
export const sessionLog = (claim: string, from: number): RemoteCommand =>
  command('session log', 'postgres', tailWords(claim, from));
const tailWords = (claim: string, from: number): readonly Word[] => [
  ...['/usr/bin/tail', '-c', { value: `+${from}`, form: '[+][0-9]{1,15}' }, '--'],
  { value: `${UNITS_FOLDER}/${claim}/log`, form: `${UNITS_FOLDER}/${CLAIM_FORM}/log` },
];

/** The last 40 lines of the log of a session. */
export const sessionTail = (claim: string): RemoteCommand => command('session tail', 'postgres', sessionTailWords(claim));
const sessionTailWords = (claim: string): readonly Word[] => [
  ...['/usr/bin/tail', '-n', '40', '--'],
  { value: `${UNITS_FOLDER}/${claim}/log`, form: `${UNITS_FOLDER}/${CLAIM_FORM}/log` },
];

/** Deletes claims of units that are older than 30 days, for at most 20 s. */
export const cleanUnits = (): RemoteCommand => command('clean units', 'postgres', CLEAN);
const CLEAN = ['/bin/sh', '-c', CLEAN_SCRIPT];

/** What sudo must allow for long work on a host with this layout, and why. */
export function unitGrants(layout: HostLayout): readonly RemoteGrant[] {
  const starts = ANY_COMMANDS.map((command) => ({
    ...{ claim: 'x', nonce: '0'.repeat(16), command, layout, withinSeconds: 1, hasSecret: true },
  }));
  const session = 'no systemd';
  return [
    grantOf('root', PREPARE, 'Make the folder in which long work leaves its claim and its result'),
    ...starts.map((any) =>
      grantOf('root', startUnitWords(any), `Start a ${any.command.name} as postgres, as a unit of a fixed form`),
    ),
    grantOf('root', killWords('x', 'SIGTERM'), 'End such a unit; no other unit has such a name'),
    grantOf('root', verbWords('stop', 'x'), 'The same'),
    reading(grantOf('root', journalWords('x', undefined), 'Read what such a unit said')),
    reading(grantOf('root', journalWords('x', 'c'), 'The same, from where it was read before')),
    reading(grantOf('root', journalTailWords('x'), 'The same, the last lines alone')),
    grantOf('postgres', secretWords({ claim: 'x', nonce: '0'.repeat(16) }), 'Give it a password that only postgres can read'),
    grantOf('postgres', CLEAN, 'Delete what such work left behind more than 30 days ago'),
    ...starts.map((any) => grantOf('postgres', startSessionWords(any), `Start a ${any.command.name}`, session)),
    reading(grantOf('postgres', probeWords('x'), 'See whether it runs', session)),
    grantOf('postgres', endWords('x'), 'End it', session),
    reading(grantOf('postgres', tailWords('x', 1), 'Read what it said', session)),
    reading(grantOf('postgres', sessionTailWords('x'), 'The same, the last lines alone', session)),
  ];
}
