import { grantOf } from './grant-of.ts';
import { argvOf, type Word } from './argv-pattern.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

/**
 * What is written by SQL as the superuser, on a member itself. Each statement is a constant; what differs comes as settings of the
 * session (`current_setting`), as `psql -c` replaces no variables (psql(1)) and no value may become part of a statement.
 */

/** Exactly that backend: a pid may have been used again since, its start may not. */
export interface BackendId {
  readonly pid: number;
  /** backend_start in microseconds since the epoch. */
  readonly startedUs: number;
}

/** Exactly that statement of it: the session may have gone on to another one since. */
export interface StatementId extends BackendId {
  /** query_start in microseconds since the epoch. */
  readonly queryStartedUs: number;
}

/** Exactly that slot, as it stood: one in use moves on, and so does one that was made anew. */
export interface SlotId {
  readonly slot: string;
  readonly kind: 'physical' | 'logical';
  /** PostgreSQL's text form, or `none`. */
  readonly restartLsn: string;
}

// sudo sees all words joined by blanks. Tabs in their place leave a statement one word; within quotes `_` stands for one (LIKE).
const sql = (text: string) => text.replaceAll(/\s+/g, '\t');

const TERMINATE = sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = current_setting('trunkline.pid')::int
  AND (extract(epoch FROM backend_start) * 1000000)::bigint = current_setting('trunkline.started')::bigint
  AND backend_type LIKE 'client_backend'`);
const CANCEL = sql(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = current_setting('trunkline.pid')::int
  AND (extract(epoch FROM backend_start) * 1000000)::bigint = current_setting('trunkline.started')::bigint
  AND (extract(epoch FROM query_start) * 1000000)::bigint = current_setting('trunkline.query')::bigint
  AND backend_type LIKE 'client_backend' AND state = 'active'`);
const DROP_SLOT = sql(`SELECT 't' || left(pg_drop_replication_slot(slot_name)::text, 0) FROM pg_replication_slots
  WHERE slot_name = current_setting('trunkline.slot') AND slot_type = current_setting('trunkline.kind')
  AND coalesce(restart_lsn::text, 'none') = current_setting('trunkline.restart') AND NOT active AND NOT temporary`);

/** Prints `t` where that backend was there and was told to end; nothing where it was not. */
export const terminateBackend = (id: BackendId): RemoteCommand => command('terminate backend', backendWords(id, TERMINATE));

/** The same for that very statement, while it runs. */
export const cancelBackend = (id: StatementId): RemoteCommand => command('cancel backend', backendWords(id, CANCEL));

/** Prints `t` where that slot was there, not in use, and is dropped; nothing where it was not. */
export const dropSlot = (id: SlotId): RemoteCommand => command('drop slot', slotWords(id));

/** What sudo must allow for them. */
export function psqlGrants(): readonly RemoteGrant[] {
  const backend = { pid: 0, startedUs: 0 };
  return [
    grantOf('postgres', backendWords(backend, TERMINATE), 'End one session, told from others by pid and start'),
    grantOf('postgres', backendWords({ ...backend, queryStartedUs: 0 }, CANCEL), 'Cancel the statement of such a session'),
    grantOf('postgres', slotWords({ slot: '', kind: 'physical', restartLsn: '' }), 'Drop one replication slot that nobody uses'),
  ];
}

function backendWords(id: BackendId | StatementId, statement: string): readonly Word[] {
  const { pid, startedUs } = id;
  const [value, form] = 'queryStartedUs' in id ? [`%20-ctrunkline.query%3D${id.queryStartedUs}`, QUERY_FORM] : ['', ''];
  return psql(
    {
      value: `postgresql:///postgres?options=-ctrunkline.pid%3D${pid}%20-ctrunkline.started%3D${startedUs}${value}`,
      form: `postgresql:///postgres[?]options=-ctrunkline[.]pid%3D[0-9]{1,10}%20-ctrunkline[.]started%3D[0-9]{1,17}${form}`,
    },
    statement,
  );
}
const QUERY_FORM = '%20-ctrunkline[.]query%3D[0-9]{1,17}';

function slotWords({ slot, kind, restartLsn }: SlotId): readonly Word[] {
  const settings = `-ctrunkline.slot%3D${slot}%20-ctrunkline.kind%3D${kind}%20-ctrunkline.restart%3D${restartLsn}`;
  return psql(
    {
      value: `postgresql:///postgres?options=${settings}`,
      form: 'postgresql:///postgres[?]options=-ctrunkline[.]slot%3D[a-z0-9_]{1,63}%20-ctrunkline[.]kind%3D(physical|logical)%20-ctrunkline[.]restart%3D([0-9A-F]{1,8}/[0-9A-F]{1,8}|none)',
    },
    DROP_SLOT,
  );
}

function psql(target: Word, statement: string): readonly Word[] {
  return ['/usr/bin/psql', '-X', '-w', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', target, '-c', statement];
}

function command(name: string, words: readonly Word[]): RemoteCommand {
  return { name, as: 'postgres', argv: argvOf(words) };
}
