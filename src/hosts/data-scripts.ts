import { oneWord } from './one-word.ts';

/**
 * What runs on a host around a data directory, in POSIX sh; each is one argument of an argv and sudo grants exactly these texts.
 * What was kept names the claim that did it in `trunkline.kept`.
 */

/**
 * `sh DATA MARK CLAIM UNITS`: inode and birth of the control file, which live as long as this data directory. A server that crashed as a
 * standby must not say so to the single-user recovery of pg_rewind, which refuses a standby; the signal is written again before the start.
 * Where the unit was begun nothing is done: a worker that was frozen would take the signal away from the standby that came of it.
 */
export const MARK_SCRIPT = oneWord(
  'set -e; cd /; [ ! -e "$4/$3" ] || exit 0; c=$(stat -c %i/%W -- "$1/global/pg_control"); echo "$c/$3" >"$2.new"; sync -- "$2.new"; mv -f -- "$2.new" "$2"; sync -- "$2"; rm -f -- "$1/standby.signal"',
);

/** `sh DATA MARK`: the claim in the mark, where the data directory is still the one that was marked. */
export const HALF_SCRIPT = oneWord(
  'cd /; IFS=/ read -r i w c <"$2" 2>/dev/null || exit 0; [ "$i/$w" = "$(stat -c %i/%W -- "$1/global/pg_control")" ] && echo "$c"; exit 0',
);

/** `sh WAL KEPT FIRST CLAIM`: copies, as a rewind writes into files of the same name, and renames when all are there. */
export const KEEP_WAL_SCRIPT = oneWord(
  'set -e; umask 077; [ -e "$2" ] && exit 0; mkdir -p -- "$2.new"; cd -- "$1"; for f in *; do case "$f" in *.history) ;; *.*|[a-z]*) continue;; *) expr "$f" ">=" "$3" >/dev/null || continue;; esac; cp -p -- "$f" "$2.new/"; done; echo "$4" >"$2.new/trunkline.kept"; sync -f -- "$2.new"; mv -T -- "$2.new" "$2"',
);

/**
 * `sh DATA KEPT CLAIM PROGRAMS`. A server that crashed has left its postmaster.pid, so pg_ctl decides (exit 3: none runs, 4: no data
 * directory). Exit 5: a server runs, or that could not be told.
 */
export const SET_ASIDE_SCRIPT = oneWord(
  'set -e; cd /; [ ! -e "$2" ]; c=0; "$4/pg_ctl" status -D "$1" >/dev/null 2>&1 || c=$?; case $c in 3|4) ;; *) exit 5;; esac; echo "$3" >"$1/trunkline.kept"; mv -T -- "$1" "$2"; sync -- "$2"',
);

/** `sh DATA`: nothing that Trunkline did not put aside itself is listed. */
export const LIST_KEPT_SCRIPT = oneWord(
  'cd /; for d in "$1".old-t* "$1".wal-t*; do [ -f "$d/trunkline.kept" ] || continue; s=$(du -sB1 -- "$d" | cut -f1); echo "$(basename -- "$d")/$(stat -c %Y -- "$d/trunkline.kept")/$s/$(cat -- "$d/trunkline.kept")"; done',
);

/** `sh KEPT`: only what was put aside so, and no link. */
export const DELETE_KEPT_SCRIPT = oneWord(
  'set -e; cd /; [ -d "$1" ]; [ ! -L "$1" ]; [ -f "$1/trunkline.kept" ]; rm -rf --one-file-system -- "$1"',
);
