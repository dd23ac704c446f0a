import { z } from 'zod';
import type { Dcs, DcsMember, HistoryEntry, Role } from '../core/cluster.ts';
import type { DcsConfig } from '../core/dcs-config.ts';
import { SHARED_MEMORY_SETTINGS } from '../core/shared-memory-settings.ts';

/** @throws Error with a short clause when the text is not JSON of that shape. */
export function parseJson<T>(schema: z.ZodType<T>, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join('.') || 'value'}: ${issue?.message ?? 'not of the expected form'}`);
}

const ROLE_WORDS: Readonly<Record<string, Role>> = {
  master: 'primary',
  primary: 'primary',
  replica: 'replica',
  // It holds the lock and is still promoting (Patroni ha.py, touch_member).
  promoted: 'replica',
  standby_leader: 'standby_leader',
  demoted: 'demoted',
  uninitialized: 'uninitialized',
};

const MemberJson = z.looseObject({
  state: z.string().optional(),
  role: z.string().optional(),
  timeline: z.number().int().nonnegative().optional(),
  version: z.string().optional(),
  api_url: z.string().optional(),
  conn_url: z.string().optional(),
  xlog_location: z.number().nonnegative().optional(),
  replay_lsn: z.number().nonnegative().optional(),
  tags: z.record(z.string(), z.unknown()).optional(),
});

/** A member's key: JSON, or the URL with `application_name` of old releases (patroni/dcs/__init__.py, Member.from_node). */
export function decodeMember(text: string): DcsMember {
  if (/^postgres(ql)?:\/\//.test(text)) return legacyMember(text);
  const json = parseJson(MemberJson, text);
  const role = ROLE_WORDS[json.role ?? ''];
  const walLsn = json.xlog_location ?? json.replay_lsn;
  return {
    ...(json.state === undefined ? {} : { state: json.state }),
    ...(role ? { role } : {}),
    ...(json.timeline === undefined ? {} : { timeline: json.timeline }),
    ...(json.version === undefined ? {} : { version: json.version }),
    ...(json.api_url === undefined ? {} : { apiUrl: json.api_url }),
    ...(json.conn_url === undefined ? {} : { connUrl: withoutLogin(json.conn_url) }),
    ...(walLsn === undefined ? {} : { walLsn }),
    tags: json.tags ?? {},
  };
}

function legacyMember(text: string): DcsMember {
  const url = new URL(text);
  const apiUrl = url.searchParams.get('application_name');
  url.search = '';
  return { connUrl: withoutLogin(url.href), ...(apiUrl ? { apiUrl } : {}), tags: {} };
}

function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

const FailoverJson = z.looseObject({
  leader: z.string().nullish(),
  member: z.string().nullish(),
  scheduled_at: z.string().nullish(),
});

/** The failover key; `{}` and the empty string mean 'none'. Old releases wrote `leader:candidate` (Failover.from_node). */
export function decodeFailover(text: string): Dcs['failover'] {
  if (text.trim() === '') return undefined;
  if (!text.trimStart().startsWith('{')) {
    const [leader, candidate] = text.split(':', 2);
    return { ...(leader ? { leader } : {}), ...(candidate ? { candidate } : {}) };
  }
  const { leader, member, scheduled_at: scheduledAt } = parseJson(FailoverJson, text);
  if (!leader && !member) return undefined;
  return { ...(leader ? { leader } : {}), ...(member ? { candidate: member } : {}), ...(scheduledAt ? { scheduledAt } : {}) };
}

const HistoryJson = z.array(
  z
    .tuple([z.number().int(), z.number(), z.string()])
    .rest(z.string().nullable())
    .transform(
      ([timeline, lsn, reason, at, newLeader]): HistoryEntry => ({
        timeline,
        lsn,
        reason,
        ...(at ? { at } : {}),
        ...(newLeader ? { newLeader } : {}),
      }),
    ),
);

/** `[[timeline left, lsn, reason, when?, new leader?], ...]`, oldest first. */
export const decodeHistory = (text: string): readonly HistoryEntry[] => parseJson(HistoryJson, text);

const SyncJson = z.looseObject({ leader: z.string().nullish(), sync_standby: z.string().nullish() });

/** The sync key; no leader in it means that synchronous mode does not run. */
export function decodeSync(text: string): Dcs['sync'] {
  if (text.trim() === '') return undefined;
  const { leader, sync_standby: standbys } = parseJson(SyncJson, text);
  if (!leader) return undefined;
  return { leader, standbys: (standbys ?? '').split(',').flatMap((name) => name.trim() || []) };
}

const StatusJson = z.looseObject({ optime: z.number().nonnegative().optional() });

/** `status` holds JSON; `optime/leader` of releases before 2.0 a plain number. */
export function decodeOptime(text: string): number | undefined {
  if (/^\d+$/.test(text.trim())) return Number(text);
  return parseJson(StatusJson, text).optime;
}

export const decodeFailsafe = (text: string): readonly string[] =>
  text.trim() === '' ? [] : Object.keys(parseJson(z.record(z.string(), z.unknown()), text));

/** Patroni takes YAML's words for a boolean as well (patroni/utils.py, parse_bool). */
const Truth = z.union([z.boolean(), z.string(), z.number(), z.null()]).transform((value) => {
  return value === true || value === 1 || /^(on|true|yes|1)$/i.test(String(value));
});
const Count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const SyncMode = z.union([z.literal('quorum').transform(() => 'quorum' as const), Truth.transform((on) => (on ? 'on' : 'off'))]);

const ConfigJson = z.looseObject({
  ttl: Count.default(30),
  loop_wait: Count.default(10),
  retry_timeout: Count.default(10),
  maximum_lag_on_failover: Count.default(1_048_576),
  check_timeline: Truth.default(false),
  synchronous_mode: SyncMode.default('off'),
  synchronous_mode_strict: Truth.default(false),
  failsafe_mode: Truth.default(false),
  pause: Truth.default(false),
  primary_start_timeout: Count.optional(),
  master_start_timeout: Count.optional(),
  postgresql: z
    .looseObject({ parameters: z.record(z.string(), z.unknown()).nullish(), use_pg_rewind: Truth.optional() })
    .nullish(),
  standby_cluster: z.record(z.string(), z.unknown()).nullish(),
});

/** The dynamic configuration with Patroni's defaults filled in (docs/dynamic_configuration.rst). */
export function decodeConfig(text: string): DcsConfig {
  const json = parseJson(ConfigJson, text);
  const sharedMemory = sizesIn(json.postgresql?.parameters ?? {});
  const startTimeout = json.primary_start_timeout ?? json.master_start_timeout;
  return {
    ttlS: json.ttl,
    loopWaitS: json.loop_wait,
    retryTimeoutS: json.retry_timeout,
    maximumLagOnFailoverBytes: json.maximum_lag_on_failover,
    checkTimeline: json.check_timeline,
    synchronousMode: json.synchronous_mode,
    synchronousModeStrict: json.synchronous_mode_strict,
    failsafeMode: json.failsafe_mode,
    paused: json.pause,
    ...(json.postgresql?.use_pg_rewind === undefined ? {} : { usePgRewind: json.postgresql.use_pg_rewind }),
    standbyCluster: Object.keys(json.standby_cluster ?? {}).length > 0,
    ...(Object.keys(sharedMemory).length > 0 ? { sharedMemory } : {}),
    ...(startTimeout === undefined ? {} : { primaryStartTimeoutS: startTimeout }),
  };
}

/** Other parameters stay where they are, as a command can hold a secret. Patroni lets YAML's numbers stand for PostgreSQL's. */
function sizesIn(given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const sizes = Object.keys(SHARED_MEMORY_SETTINGS).flatMap((name) => {
    const value = given[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [];
  });
  return Object.fromEntries(sizes);
}
