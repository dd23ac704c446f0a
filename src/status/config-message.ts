import type { Snapshot } from '../core/cluster.ts';
import { type ConfigReadings, isByAlterSystem, type MemberSetting } from '../core/cluster-config.ts';
import { flatConfig } from '../core/config-flat.ts';
import { CONFIG_KEYS, type ConfigKey } from '../core/config-keys.ts';
import { overrideOf } from '../core/config-override.ts';
import { heldValue, shownConfigValue, shownSetting } from '../core/config-value.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message, Part } from '../core/message.ts';
import { known } from '../core/reading.ts';

const PARAMETERS = 'postgresql.parameters.';
/** Passed on the command line of postgres by Patroni, so that neither ALTER SYSTEM nor postgresql.conf changes them (patroni/postgresql/config.py). */
const OWNED =
  'Only Patroni sets max_connections, max_locks_per_transaction, max_worker_processes, max_prepared_transactions, max_wal_senders, max_replication_slots, wal_level, hot_standby, wal_log_hints, track_commit_timestamp, port, listen_addresses and cluster_name.';
/** Settings in one line, so that a phone shows them without a scroll for each. */
const IN_A_LINE = 4;

/** The dynamic configuration, and where a member runs with something else. */
export function configMessage(cluster: string, { dynamic, members }: ConfigReadings, snapshot: Snapshot): Message {
  const title = `${cluster}: configuration`;
  if (!dynamic.ok)
    return { summary: `${title} not read`, parts: [{ title: `${title} not read: ${dynamic.why}`, sign: 'unknown' }] };
  const odd = [...restartsOf(members, snapshot), ...oddOnes(members, dynamic.value), ...unread(members)];
  const flat = Object.entries(flatConfig(dynamic.value));
  const parameters = flat.flatMap(([key, value]) =>
    key.startsWith(PARAMETERS) ? [words(key.slice(PARAMETERS.length), value, dynamic.value)] : [],
  );
  const own = flat.flatMap(([key, value]) => (key.startsWith(PARAMETERS) ? [] : [words(key, value, dynamic.value)]));
  const says = odd.length === 0 ? 'every member runs with it' : `${odd.length} to look at`;
  return {
    summary: `${title}, ${says}`,
    parts: [
      { title: `${title}, ${says}`, sign: odd.length === 0 ? 'ok' : 'warn' },
      ...odd,
      { line: { bold: 'Patroni' } },
      ...inLines(own),
      { line: { bold: `PostgreSQL parameters (${parameters.length})` } },
      ...inLines(parameters),
      { note: `Read just now: ${dynamic.source}${cacheWords(dynamic.source)}. ${OWNED}` },
      { note: ['Change one: ', { code: `/pg config set ${cluster} work_mem=64MB` }] },
    ],
    thread: [settable('operator', 'Whoever may ask for changes sets'), settable('admin', 'Those who administer it set')],
  };
}

/** A member answers from its cache (patroni/api.py, do_GET_config). */
function cacheWords(source: string): string {
  return source.startsWith('GET ') ? ' (the DCS cannot be read; this is what a member knew in its last loop)' : '';
}

function settable(who: ConfigKey['who'], begin: string): Part {
  const names = [...CONFIG_KEYS.values()].filter((key) => key.who === who).map(({ name }) => name);
  return { line: `${begin}: ${names.sort().join(', ')}.` };
}

function words(name: string, value: string, held: JsonObject): string {
  const key = CONFIG_KEYS.get(name.replace(/^postgresql\./, ''));
  return `${name} ${key ? shownConfigValue(key, heldValue(key, held) ?? value) : value}`;
}

function inLines(all: readonly string[]): readonly Part[] {
  const count = Math.ceil(all.length / IN_A_LINE);
  return Array.from({ length: count }, (_, index) => ({
    line: all.slice(index * IN_A_LINE, (index + 1) * IN_A_LINE).join(' · '),
    indent: 1 as const,
  }));
}

/** By pg_settings, and by Patroni's own word for what it passes on the command line. */
function restartsOf(members: ConfigReadings['members'], snapshot: Snapshot): readonly Part[] {
  return members.flatMap(({ name, settings }): Part[] => {
    const patroni = known(snapshot.members.find((member) => member.name === name)?.patroni);
    const reasons = Object.entries(patroni?.pendingRestartReason ?? {}).map(
      ([key, { old, new: fresh }]) => `${key} ${old} -> ${fresh}`,
    );
    const rows = (known(settings) ?? []).filter(({ pendingRestart }) => pendingRestart).map((row) => row.name);
    const all = reasons.length > 0 ? reasons : rows;
    if (all.length === 0 && !patroni?.pendingRestart) return [];
    return [{ line: `${name} waits for a restart${all.length > 0 ? `: ${all.join(', ')}` : ''}`, sign: 'warn' }];
  });
}

function oddOnes(members: ConfigReadings['members'], held: JsonObject): readonly Part[] {
  return members.flatMap(({ name, settings }) => (known(settings) ?? []).flatMap((row) => oddLine(name, row, held)));
}

function oddLine(member: string, row: MemberSetting, held: JsonObject): readonly Part[] {
  const key = CONFIG_KEYS.get(row.name);
  const by = key ? overrideOf(key, row, heldValue(key, held)) : byAlterSystem(row);
  if (by === undefined) return [];
  const instead = key ? `; Patroni holds ${shownConfigValue(key, heldValue(key, held))}` : '';
  return [{ line: `${member}: ${row.name}${shownRow(row)} by ${by}${instead}`, sign: 'warn' }];
}

function shownRow({ setting, unit }: MemberSetting): string {
  return setting === undefined ? '' : ` ${shownSetting(setting, unit)}`;
}

/** Another setting, of which only the name is read. */
function byAlterSystem(row: MemberSetting): string | undefined {
  return isByAlterSystem(row) ? 'ALTER SYSTEM (postgresql.auto.conf)' : undefined;
}

function unread(members: ConfigReadings['members']): readonly Part[] {
  return members.flatMap(({ name, settings }): Part[] =>
    settings.ok ? [] : [{ line: `${name}: its settings could not be read, ${settings.why}`, sign: 'unknown' }],
  );
}
