import { oneWord } from './one-word.ts';

/**
 * What runs on a host around long work, in POSIX sh, so that nothing has to be installed there first. Each is one argument of an
 * argv; sudo grants exactly these texts. Kept short: an expression in sudoers has at most 1,024 characters (sudoers(5)).
 * The claim's folder `d` is made once in the life of the host; the nonce `n` in it tells who made it.
 */

const CLAIM = 'cd /; umask 022; mkdir -- "$d" || exit 75; echo "$n" >"$d/owner"; sync -- "$d/owner" "$d" "$d/.." || exit 74';

/**
 * Written beside and renamed, so that a result is there whole or not at all. The command's TERM leaves the shell alive for it, and is
 * ignored from here on: systemd goes through the group until it finds nobody new (systemd.kill(5)), and would end what writes the result.
 */
const RESULT =
  'c=$?; trap "" TERM INT HUP; rm -f -- "$d.$n.secret"; echo "$c" >"$d/r"; sync -- "$d/r"; mv -- "$d/r" "$d/result"; sync -- "$d"; exit "$c"';

/** In a unit of systemd: `sh FOLDER NONCE COMMAND...`. */
export const UNIT_SCRIPT = oneWord(`d=$1 n=$2; shift 2; ${CLAIM}; trap : TERM INT HUP; "$@"; ${RESULT}`);

/**
 * Where there is no systemd, in a session of its own: `sh FOLDER NONCE SECONDS COMMAND...`. All of its processes hold the lock, so it
 * is free only when none of them lives, also after a restart of the host.
 */
export const SESSION_SCRIPT = oneWord(
  `d=$1 n=$2 s=$3; shift 3; ${CLAIM}; exec 9>"$d/lock" </dev/null; flock -w 9 9 || exit 74; echo $$ >"$d/pid"; umask 077; exec >"$d/log" 2>&1; umask 022; trap : TERM INT HUP; timeout -k 15 "$s" "$@"; ${RESULT}`,
);

/** Ends such a session whole, found by /proc (pgrep(1)): `sh FOLDER`. Exit 0: nothing of it is left. */
export const END_SESSION_SCRIPT = oneWord(
  'l=$1/lock; flock -sn "$l" true && exit 0; p=$(cat "$1/pid") || exit 3; pkill -TERM -s "$p"; i=0; while pgrep -s "$p" >/dev/null; do i=$((i+1)); [ $i = 100 ] && pkill -KILL -s "$p"; [ $i -gt 150 ] && exit 4; sleep 0.1; done; flock -sn "$l" true',
);

/** Writes stdin into a new file that only its owner reads, or deletes it where there is none: `sh FILE`. */
export const SECRET_SCRIPT = oneWord('cd /; umask 077; cat >"$1"; [ -s "$1" ] || rm -f -- "$1"');

/** Deletes what is older than 30 days, for at most 20 s: `sh`. */
export const CLEAN_SCRIPT = oneWord(
  'cd /var/lib/trunkline-units || exit 0; exec timeout 20 find . -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf -- {} +',
);
