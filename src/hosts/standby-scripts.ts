/**
 * What runs on a host while a standby is made, in POSIX sh, each one argument of an argv that sudo grants word for word. Every one may
 * be repeated: it ends where it would end if it had been run once. Tabs in the place of blanks leave a script one word, as sudo compares
 * all words joined by blanks; an expression in sudoers has at most 1,024 characters (sudoers(5)).
 */
const PSQL = 'psql -XAtqw -v ON_ERROR_STOP=1 -d postgres';
/** Exit 5 unless pg_ctl knows that no server runs in `$1`: 3, or 4 where that is no data directory (pg_ctl(1)); `$2`: its folder. */
const DOWN = 'n=0; "$2/pg_ctl" status -D "$1" >/dev/null 2>&1 || n=$?; case $n in 3|4) ;; *) exit 5;; esac';
const script = (text: string) => text.replaceAll('@down', DOWN).replaceAll('@psql', PSQL).replaceAll(' ', '\t');

/** What is at each path of stdin: `kind writable mounted used free path`, a line each; what is used is counted for the first alone. As postgres: `sh`. */
export const PATHS_SCRIPT = script(
  'cd /; n=; while IFS= read -r p; do u=-; if [ -d "$p" ]; then k=empty; [ -z "$(ls -A "$p"|head -n1)" ] || { k=filled; [ "$n" ] || u=$(timeout 1 du -sB1 "$p" 2>/dev/null|cut -f1); }; elif [ -r "$p" ]; then k=other; elif [ -e "$p" ]; then k=unreadable; else k=absent; fi; m=no; mountpoint -q "$p" && m=yes; q=$p; while [ ! -d "$q" ]; do q=$(dirname "$q"); done; w=no; [ -w "$q" ] && w=yes; [ "$u" ] || u=-; n=1; echo "$k $w $m $u $(df -B1 --output=avail "$q"|tail -n1) $p"; done',
);

/** Lets a role replicate from one address by password, once, and reloads: `sh ROLE ADDRESS/BITS`. A copy of the file before it stays. */
export const ACCESS_SCRIPT = script(
  `set -eu; cd /; f=$(@psql -c "SHOW hba_file"); l="host replication $1 $2 scram-sha-256"; exec 9<"$f"; flock -w 5 9; grep -qxF -- "$l" "$f" || { grep -qF -- "host replication $1 " "$f" || cp -p -- "$f" "$f.before-$1"; cp -p -- "$f" "$f.new-$1"; printf "\\n%s\\n" "$l" >>"$f.new-$1"; sync -- "$f.new-$1"; mv -f -- "$f.new-$1" "$f"; }; @psql -c "SELECT pg_reload_conf()"`,
);

/** The lines of pg_hba.conf about replication, and those that PostgreSQL can't read, as JSON: `sh`. */
export const RULES_SCRIPT = script(
  `cd /; @psql -c "SELECT coalesce(json_agg(json_build_object('line',line_number,'type',type,'users',user_name,'address',address,'netmask',netmask,'method',auth_method,'error',error) ORDER BY line_number),'[]') FROM pg_hba_file_rules WHERE error IS NOT NULL OR 'replication' = ANY(database)"`,
);

/** Makes a role that may replicate, with the verifier of stdin as its password, which nothing logs: `sh ROLE`. */
export const ROLE_SCRIPT = script(
  `set -eu; cd /; IFS= read -r v; printf "%s\\n" "\\set r '$1'" "\\set v '$v'" "SET log_statement='none'; SET log_min_duration_statement=-1; SET log_min_error_statement='panic'; SET synchronous_commit='local';" "SELECT format('CREATE ROLE %I',:'r') WHERE to_regrole(:'r') IS NULL \\gexec" "ALTER ROLE :\\"r\\" LOGIN REPLICATION PASSWORD :'v';" | @psql`,
);

/** Makes a physical slot that keeps WAL from now on, if there is none: `sh SLOT`. */
export const SLOT_SCRIPT = script(
  `cd /; echo "SELECT pg_create_physical_replication_slot(:'s',true) WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name=:'s')" | @psql -v s="$1"`,
);

/** Drops a physical slot, if there is one; waits 5 s for who uses it, whose end the server may not have seen yet: `sh SLOT`. */
export const DROP_SLOT_SCRIPT = script(
  `cd /; i=0; while [ $i -lt 10 ]; do echo "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name=:'s' AND slot_type='physical' AND NOT active" | @psql -v s="$1" || exit 1; n=$(echo "SELECT count(*) FROM pg_replication_slots WHERE slot_name=:'s'" | @psql -v s="$1") || exit 1; [ "$n" != 0 ] || exit 0; i=$((i+1)); sleep 0.5; done`,
);

/** The configuration of a server as another one of its cluster needs it, as JSON: `sh`. It may hold passwords (ldap in pg_hba.conf, primary_conninfo), so it is no grant of a login that only reads. */
export const SETTINGS_SCRIPT = script(
  `cd /; @psql -c "SELECT json_build_object('hba',pg_read_file(current_setting('hba_file')),'ident',pg_read_file(current_setting('ident_file')),'settings',(SELECT json_object_agg(name,setting) FROM pg_file_settings WHERE applied))"`,
);

/**
 * Keeps a line of a password file, the last line of stdin, before all others, as the first that fits counts (libpq-pgpass); prints the line
 * that is kept for its role: `sh FILE keep|replace`. `keep`: one that is there stays.
 */
export const PASSFILE_SCRIPT = script(
  'set -eu; cd /; umask 077; IFS= read -r l; k=$(echo "$l" | cut -d: -f1-4): f=$1; mkdir -p -- "$(dirname "$f")"; exec 9<"$(dirname "$f")"; flock -w 5 9; { [ "$2" = keep ] && grep -qsF -- "$k" "$f"; } || { t=$(mktemp -- "$f.XXXXXX"); printf "%s\\n" "$l" >"$t"; ! [ -e "$f" ] || grep -vF -- "$k" "$f" >>"$t" || :; sync -- "$t"; mv -f -- "$t" "$f"; }; exec grep -F -- "$k" "$f"',
);

/** Writes stdin into a new file of the configuration; one that is there stays as it is: `sh FILE`. */
export const CONFIG_SCRIPT = script(
  'set -eu; cd /; umask 027; t=$(mktemp -- "$1.XXXXXX"); cat >"$t"; chmod 0640 "$t"; sync -- "$t"; ln -- "$t" "$1" 2>/dev/null || :; rm -f -- "$t"',
);

/**
 * Makes a standby of a complete copy and moves it into place: `sh DATA PROGRAMS`. Stdin goes to postgresql.auto.conf in the place of what
 * the copy says of its connection. What was in the place is renamed and listed as
 * kept (data-scripts.ts). Without a complete copy nothing is done. Exit 5: a server runs, or that
 * could not be told.
 */
export const PLACE_SCRIPT = script(
  'set -eu; cd /; d=$1 c=$1.trunkline-copy; umask 077; [ -e "$c/backup_manifest" ] || exit 0; @down; a=$c/postgresql.auto.conf; { grep -Ev "^primary_(conninfo|slot_name)[[:space:]]*=" "$a" || :; cat; } >"$a.new"; mv -f -- "$a.new" "$a"; : >"$c/standby.signal"; sync -- "$a" "$c/standby.signal" "$c"; [ ! -d "$d" ] || rmdir -- "$d" 2>/dev/null || { echo bootstrap >"$d/trunkline.kept" || :; mv -T -- "$d" "$d.old-t0-$(date +%s)"; }; mv -- "$c" "$d"; sync -- "$(dirname "$d")"',
);

/**
 * Ends what still copies and deletes what it has left, also in its tablespaces and in a WAL directory of its own: `sh DATA WAL|-`. The
 * pattern has no blank, as that would become a tab, and does not match this script's own command line. Exit 6: it does not end.
 */
export const DISCARD_SCRIPT = script(
  'set -eu; cd /; c=$1.trunkline-copy p="pg_basebackup[[:blank:]].*-D[[:blank:]]$1[.]trunkline-copy" i=0; while pkill -f "$p"; do i=$((i+1)); [ $i -lt 50 ] || exit 6; sleep 0.1; done; [ -d "$c" ] || exit 0; for l in "$c"/pg_tblspc/*; do [ -L "$l" ] && rm -rf -- "$(readlink -- "$l")"/PG_*; done; [ "$2" = - ] || [ "$(readlink -- "$c/pg_wal")" != "$2" ] || find "$2" -mindepth 1 -delete; rm -rf -- "$c"',
);

/** Writes stdin as patroni.yml for postgres alone, unless there is one: `sh`. As root, as the folder is root's. */
export const PATRONI_SCRIPT = script(
  'set -eu; cd /etc/patroni; umask 077; t=$(mktemp config.yml.XXXXXX); cat >"$t"; chown postgres:postgres "$t"; sync -- "$t"; ln -- "$t" config.yml 2>/dev/null || :; rm -f -- "$t"',
);

/** Deletes a data directory in which no server runs: `sh DATA PROGRAMS`. Exit 5: a server runs, or that could not be told. */
export const DELETE_SCRIPT = script('set -eu; cd /; @down; rm -rf -- "$1"; sync -- "$(dirname "$1")"');
