import { grantOf } from './grant-of.ts';
import { oneWord } from './one-word.ts';
import { RESUME_AFTER_MS } from '../core/pooler.ts';
import { argvOf, type Word } from './argv-pattern.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

/** What runs on a PgBouncer's host to pause it, never without the timer there that resumes it. */

/** One PgBouncer; all of it from the configuration. */
export interface PoolerTarget {
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly databases: readonly string[];
  /** The login user of ssh there, who keeps the password file and whom the timer runs as. */
  readonly user: string;
}

/** sudo compares all words joined by blanks; tabs in their place leave a script one word. */

/** psql ends with 1 where the console refuses, as it does for what is not paused, and with 2 where it is not reached (psql(1)). */
const RESUME = oneWord(
  `c=$1; shift; p=; for d; do /usr/bin/psql -Xqw -d "$c" -c 'RESUME "'$d'"' & p="$p $!"; done; r=0; for q in $p; do wait "$q"; [ $? -le 1 ] || r=1; done; exit $r`,
);
/** Exit 75: the timer is not armed, so nothing was paused; 1: not every database was paused within 2 s. */
const PAUSE = oneWord(
  `u=$1 c=$2; shift 2; /usr/bin/systemctl is-active -q "$u" || exit 75; p=; for d; do /usr/bin/timeout -s KILL 2 /usr/bin/psql -Xqw -d "$c" -c 'PAUSE "'$d'"' & p="$p $!"; done; r=0; for q in $p; do wait "$q" || r=1; done; exit $r`,
);
const WRITE = 'umask 077; f=$1; cat >"$f.new" && mv -f -- "$f.new" "$f"';
const TIMER = '/usr/bin/systemctl show -p ActiveState -p ActiveEnterTimestampMonotonic -- "$1"; /usr/bin/cat /proc/uptime';

const UNIT = 'trunkline-resume-[A-Za-z0-9_.-]{1,150}';
const unitWord = (unit: string, kind: '' | '.timer'): Word => ({
  value: `${unit}${kind}`,
  form: `${UNIT}${kind === '' ? '' : '[.]timer'}`,
});

/** As postgres' own tools read it (libpq, connection strings); the password is in the file. */
function conninfo(target: PoolerTarget): string {
  const { host, port, adminUser } = target;
  const file = passfileOf(target);
  return `postgresql://${adminUser}@${host.includes(':') ? `[${host}]` : host}:${port}/pgbouncer?passfile=${file}&connect_timeout=3`;
}

/** Of the login user, 0600. */
const passfileOf = ({ port }: PoolerTarget) => `/var/lib/trunkline/claims/pgbouncer-${port}.pgpass`;

/** Writes stdin, a line of libpq's password file. */
export const writePassfile = (target: PoolerTarget): RemoteCommand => ({
  name: 'write password file',
  as: 'trunkline',
  argv: ['/bin/sh', '-c', WRITE, 'sh', passfileOf(target)],
});

/** Logs in to the console just as the timer will. */
export const tryConsole = (target: PoolerTarget): RemoteCommand => ({
  name: 'try the console of PgBouncer',
  as: 'trunkline',
  argv: ['/usr/bin/psql', '-Xqw', '-d', conninfo(target), '-c', 'SHOW VERSION'],
});

/** A transient timer (systemd-run(1)) that resumes the databases once, 25 s from now. */
export const armResume = (target: PoolerTarget, unit: string): RemoteCommand => ({
  name: 'arm the resume timer',
  as: 'root',
  argv: argvOf(armWords(target, unit)),
});

function armWords(target: PoolerTarget, unit: string): readonly Word[] {
  return [
    ...['/usr/bin/systemd-run', `--property=User=${target.user}`, '--quiet', '--collect', '--description=Trunkline'],
    ...[`--on-active=${RESUME_AFTER_MS / 1000}`, '--timer-property=AccuracySec=100ms', '--property=RuntimeMaxSec=20'],
    ...['-u', unitWord(unit, ''), '--', '/bin/sh', '-c', RESUME, 'sh', conninfo(target), ...target.databases],
  ];
}

/** Takes the timer away, once everything is resumed. */
export const disarmResume = (unit: string): RemoteCommand => ({
  name: 'disarm the resume timer',
  as: 'root',
  argv: argvOf(disarmWords(unit)),
});
const disarmWords = (unit: string): readonly Word[] => ['/usr/bin/systemctl', 'stop', '--', unitWord(unit, '.timer')];

/** `ActiveState=`, `ActiveEnterTimestampMonotonic=` in microseconds, and the seconds since the boot. */
export const showTimer = (unit: string): RemoteCommand => ({
  name: 'show the resume timer',
  as: 'trunkline',
  argv: ['/bin/sh', '-c', TIMER, 'sh', ...argvOf([unitWord(unit, '.timer')])],
});

/** PAUSE of every database at once, only while the timer is armed. */
export const pausePooler = (target: PoolerTarget, unit: string): RemoteCommand => ({
  name: 'pause PgBouncer',
  as: 'trunkline',
  argv: ['/bin/sh', '-c', PAUSE, 'sh', ...argvOf([unitWord(unit, '.timer')]), conninfo(target), ...target.databases],
});

export const resumePooler = (target: PoolerTarget): RemoteCommand => ({
  name: 'resume PgBouncer',
  as: 'trunkline',
  argv: ['/bin/sh', '-c', RESUME, 'sh', conninfo(target), ...target.databases],
});

/** What sudo must allow on the host of this PgBouncer. */
export function poolerGrants(target: PoolerTarget): readonly RemoteGrant[] {
  return [
    grantOf('root', armWords(target, 'trunkline-resume-x'), 'Arm the timer that resumes this PgBouncer, before it is paused'),
    grantOf('root', disarmWords('trunkline-resume-x'), 'Take such a timer away; no other unit has such a name'),
  ];
}
