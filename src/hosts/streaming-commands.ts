import { asPostgres } from './as-postgres.ts';
import { shWords } from './sh-words.ts';
import { grantOf, reading } from './grant-of.ts';
import { oneWord } from './one-word.ts';
import type { Word } from './argv-pattern.ts';
import type { HostLayout } from './host-layout.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

/** What a plain streaming cluster needs to change who leads; all as postgres. */

/** `sh DATA PROGRAMS`; nothing is done while a server runs, or where pg_ctl(1) can't tell (3: none runs, 4: no data directory): exit 5. */
const MARK = oneWord(
  'set -eu; cd /; n=0; "$2/pg_ctl" status -D "$1" >/dev/null 2>&1 || n=$?; case $n in 3|4) ;; *) exit 5;; esac; umask 077; : >>"$1/standby.signal"; sync -- "$1/standby.signal"; sync -- "$1"',
);
/** Prints `standby` and changes nothing where a server runs that was started with the mark. Exit 5: that could not be told. */
const UNMARK = oneWord(
  'set -eu; cd /; n=0; "$2/pg_ctl" status -D "$1" >/dev/null 2>&1 || n=$?; case $n in 0) if [ -e "$1/standby.signal" ]; then echo standby; fi; exit 0;; 3|4) ;; *) exit 5;; esac; rm -f -- "$1/standby.signal"; sync -- "$1"',
);
/** The same whether or not a server runs: `sh DATA`. One that runs takes no notice of it until it is started anew. */
const MARK_RUNNING = oneWord(
  'set -eu; cd /; [ -f "$1/PG_VERSION" ]; umask 077; : >>"$1/standby.signal"; sync -- "$1/standby.signal" "$1"',
);

/**
 * Promotes a standby that is not past a timeline, so that a worker which was frozen can not do it to a later life of this server:
 * `sh DATA PROGRAMS TIMELINE`. Exit 7: it is past it. pg_ctl(1) waits at most 60 s and fails when the server is no standby.
 */
const PROMOTE = oneWord(
  'set -eu; cd /; t=$(LC_ALL=C "$2/pg_controldata" -D "$1" | sed -n "s/^Latest.checkpoint.s.TimeLineID:[^0-9]*//p"); [ "$t" -le "$3" ] || exit 7; exec "$2/pg_ctl" promote -w -t 60 -D "$1"',
);

/**
 * Puts the connection of stdin, which ends with `.complete`, into postgresql.auto.conf in the place of the one there, and has a running
 * server read it: `sh DATA PROGRAMS`.
 */
const FOLLOW = oneWord(
  'set -eu; cd /; umask 077; c=$(cat); case $c in *.complete) ;; *) exit 6;; esac; a=$1/postgresql.auto.conf; n=$a.trunkline; { grep -Ev "^[[:space:]]*primary_(conninfo|slot_name)[[:space:]]*=" "$a" || :; printf "%s\\n" "$c" | sed "\\$d"; } >"$n"; sync -- "$n"; mv -f -- "$n" "$a"; sync -- "$1"; if "$2/pg_ctl" status -D "$1" >/dev/null 2>&1; then "$2/pg_ctl" reload -D "$1" >/dev/null; fi',
);

/**
 * Asks the server of a data directory, by the socket that its postmaster.pid names: `sh DATA`. On a standby it says the timeline that is
 * replayed, whatever is received (GetStandbyFlushRecPtr in PostgreSQL's walsender.c). With a database it needs no line for `replication` in
 * pg_hba.conf, but the one by which postgres logs in there (PostgreSQL docs, auth-pg-hba-conf).
 */
const REPLAYS = oneWord(
  'set -eu; cd /; f=$1/postmaster.pid; exec /usr/bin/env PGCONNECT_TIMEOUT=2 /usr/bin/psql -XAtqw -h "$(sed -n 5p "$f")" -p "$(sed -n 4p "$f")" -d "dbname=postgres replication=database" -c IDENTIFY_SYSTEM',
);

/** A constant statement, of which psql replaces :'s' by the quoted name of a slot: `sh SLOT`. */
const onSlot = (sql: string) => oneWord(`cd /; echo "${sql}" | /usr/bin/psql -XAtqw -v ON_ERROR_STOP=1 -d postgres -v s="$1"`);
const MAKE_SLOT = onSlot(
  "SELECT pg_create_physical_replication_slot(:'s',true) WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name=:'s')",
);
const DROP_SLOT = onSlot(
  "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name=:'s' AND slot_type='physical' AND NOT active",
);

const places = ({ dataDirectory, binDirectory }: HostLayout) => [dataDirectory, binDirectory];
const slotWord = (slot: string): Word => ({ value: slot, form: '[a-z0-9_]{1,63}' });

/** Exit 0: a start makes a standby of this data directory; 1: a primary (PostgreSQL docs, warm-standby). */
export const hasStandbySignal = (layout: HostLayout): RemoteCommand => asPostgres('standby.signal', signalWords(layout));
const signalWords = ({ dataDirectory }: HostLayout) => ['/usr/bin/test', '-e', `${dataDirectory}/standby.signal`];

/** Prints what `identifySystem` prints, of the server of this data directory itself; changes nothing. */
export const replaysHere = (layout: HostLayout): RemoteCommand => asPostgres('replayed timeline', replaysWords(layout));
const replaysWords = ({ dataDirectory }: HostLayout) => shWords(REPLAYS, dataDirectory);

/** Exit 0: postgres may write into the data directory; 1: it is not there, or its file system is read-only (access(2)). */
export const isDataWritable = (layout: HostLayout): RemoteCommand => asPostgres('data writable', writableWords(layout));
const writableWords = ({ dataDirectory }: HostLayout) => ['/usr/bin/test', '-w', dataDirectory];

export const markStandby = (layout: HostLayout): RemoteCommand => asPostgres('mark standby', shWords(MARK, ...places(layout)));
export const markRunningStandby = ({ dataDirectory }: HostLayout): RemoteCommand =>
  asPostgres('mark running standby', shWords(MARK_RUNNING, dataDirectory));
export const unmarkStandby = (layout: HostLayout): RemoteCommand =>
  asPostgres('unmark standby', shWords(UNMARK, ...places(layout)));
/** Reads lines of postgresql.auto.conf from stdin. */
export const follow = (layout: HostLayout): RemoteCommand => asPostgres('follow', shWords(FOLLOW, ...places(layout)));
export const makeStandbySlot = (slot: string): RemoteCommand =>
  asPostgres('slot for a standby', shWords(MAKE_SLOT, slotWord(slot)));
export const dropStandbySlot = (slot: string): RemoteCommand => asPostgres('drop left slot', shWords(DROP_SLOT, slotWord(slot)));

export const promote = (layout: HostLayout, timeline: number): RemoteCommand =>
  asPostgres('promote', promoteWords(layout, timeline));
const promoteWords = (layout: HostLayout, timeline: number): readonly Word[] =>
  shWords(PROMOTE, ...places(layout), { value: String(timeline), form: '[0-9]{1,10}' });

export interface LoginTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly passfile?: string | undefined;
}

/** Logs in for replication as a standby would and prints `system identifier|timeline|...`; changes nothing. */
export const identifySystem = (target: LoginTarget): RemoteCommand => asPostgres('IDENTIFY_SYSTEM', identifyWords(target));
const identifyWords = ({ host, port, user, passfile }: LoginTarget): readonly Word[] => [
  ...['/usr/bin/env', 'PGCONNECT_TIMEOUT=2'],
  ...(passfile === undefined ? [] : [{ value: `PGPASSFILE=${passfile}`, form: 'PGPASSFILE=(/[A-Za-z0-9._-]+)+' }]),
  ...['/usr/bin/psql', '-X', '-A', '-t', '-w', '-h'],
  { value: host, form: '([A-Za-z0-9][A-Za-z0-9.-]{0,254}|[0-9a-f:]{2,45})' },
  '-p',
  { value: String(port), form: '[0-9]{1,5}' },
  '-U',
  { value: user, form: '[A-Za-z_][A-Za-z0-9_-]{0,62}' },
  ...['-d', 'replication=true', '-c', 'IDENTIFY_SYSTEM'],
];

/** A server of the cluster, as its members reach it. */
export type Peer = Pick<LoginTarget, 'host' | 'port'>;

/** Whoever chooses the server is told the password, where its file says `*` for the host: so one that only reads may ask `peers` alone. */
function loginGrants(peers: readonly Peer[] | undefined): readonly RemoteGrant[] {
  const target = { host: 'a', port: 1, user: 'a' };
  const ways = [identifyWords(target), identifyWords({ ...target, passfile: '/a' })];
  if (!peers) return ways.map((words) => grantOf('postgres', words, 'See whether this host may replicate from another'));
  return peers.flatMap(({ host, port }) =>
    ways.map((words) => {
      const own = words.map((word, i) => (words[i - 1] === '-h' ? host : words[i - 1] === '-p' ? String(port) : word));
      return reading(grantOf('postgres', own, `See whether this host may replicate from ${host}`));
    }),
  );
}

/** What sudo must allow for them; `peers`: the servers that a member may ask for replication, any where absent. */
export function streamingGrants(layout: HostLayout, peers?: readonly Peer[]): readonly RemoteGrant[] {
  return [
    reading(grantOf('postgres', signalWords(layout), 'See whether a start makes a standby or a primary')),
    reading(grantOf('postgres', writableWords(layout), 'See whether a standby.signal can be written')),
    reading(grantOf('postgres', replaysWords(layout), 'See which timeline a standby replays')),
    grantOf('postgres', shWords(MARK, ...places(layout)), 'Make a standby of a stopped primary'),
    grantOf('postgres', shWords(MARK_RUNNING, layout.dataDirectory), 'Make a standby of a second primary, once it is stopped'),
    grantOf('postgres', shWords(UNMARK, ...places(layout)), 'Take that back'),
    grantOf('postgres', shWords(FOLLOW, ...places(layout)), 'Point a standby to its primary'),
    grantOf('postgres', shWords(MAKE_SLOT, slotWord('a')), 'Keep the WAL that a standby needs'),
    grantOf('postgres', shWords(DROP_SLOT, slotWord('a')), 'Keep it no longer'),
    grantOf('postgres', promoteWords(layout, 1), 'Promote the standby of this host'),
    ...loginGrants(peers),
  ];
}
