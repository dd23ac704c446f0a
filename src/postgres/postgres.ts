import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Activity, SqlMember } from '../core/cluster.ts';
import type { MemberSetting } from '../core/cluster-config.ts';
import { unreachable } from '../core/errors.ts';
import type { Reading } from '../core/reading.ts';
import type { Backend, Clients, Sessions } from '../core/sessions.ts';
import type { SlotDetail } from '../core/slot-detail.ts';
import type { RewindSource } from '../core/rewind-source.ts';
import type { Upstream } from '../core/upstream.ts';
import { takeReading } from '../core/take-reading.ts';
import { activityQuery } from './activity-query.ts';
import { configLoadedQuery } from './config-loaded-query.ts';
import type { CopyProgress, CopySource } from '../core/standby.ts';
import { CopyProgressAnswer, copyProgressQuery, CopySourceAnswer, copySourceQuery } from './copy-queries.ts';
import { createMemberPool, type MemberPool } from './member-pool.ts';
import { postgresClause } from './postgres-clause.ts';
import type { PostgresLogin } from './postgres-login.ts';
import { SHOWN_SETTINGS, settingsQuery } from './settings-query.ts';
import { ActivityAnswer, RewindSourceAnswer, SettingsAnswer, SqlMemberAnswer, withoutNulls } from './sql-answers.ts';
import { BackendAnswer, ClientsAnswer, LogAnswer, SessionsAnswer, SlotsAnswer } from './closer-answers.ts';
import { backendQuery, clientsQuery, sessionsQuery } from './sessions-query.ts';
import { logQuery, slotsQuery } from './slots-query.ts';
import { rewindSourceQuery } from './rewind-source-query.ts';
import { sqlMemberQuery } from './sql-member-query.ts';
import { UpstreamAnswer, upstreamQuery } from './upstream-query.ts';

/** Reads of one cluster's members by SQL, each in one round trip. Nothing is cached; nothing rejects. */
export interface Postgres {
  member(name: string): Promise<Reading<SqlMember>>;
  activity(name: string): Promise<Reading<Activity>>;
  /** When the postmaster loaded its configuration, epoch milliseconds. */
  configLoadedAt(name: string): Promise<Reading<number>>;
  settings(name: string): Promise<Reading<readonly MemberSetting[]>>;
  sessions(name: string): Promise<Reading<Sessions>>;
  /** The backend with that pid; no value when there is none. */
  backend(name: string, pid: number): Promise<Reading<Backend | undefined>>;
  clients(name: string): Promise<Reading<Clients>>;
  slots(name: string): Promise<Reading<readonly SlotDetail[]>>;
  /** Where its log is. */
  log(name: string): Promise<Reading<LogAnswer>>;
  /** Whether that role could rewind another server from this one. */
  rewindSource(name: string, role: string): Promise<Reading<RewindSource>>;
  /** What it says of itself as the source of a copy. */
  copySource(name: string): Promise<Reading<CopySource>>;
  /** The copies that are made of it now. */
  copyProgress(name: string): Promise<Reading<readonly CopyProgress[]>>;
  /** How it connects to its primary; without its password. */
  upstream(name: string): Promise<Reading<Upstream>>;
  /** Asks each member once, so that the first question finds a connection and a parsed query. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

/** `timeoutMs` bounds a whole answer (default 2 s). The login needs pg_monitor. */
export function createPostgres(options: {
  readonly members: readonly { readonly name: string; readonly login: PostgresLogin }[];
  readonly clock: Clock;
  readonly timeoutMs?: number;
}): Postgres {
  const { members, clock, timeoutMs = 2000 } = options;
  const pools = new Map(
    members.map(({ name, login }) => [name, { login, pool: createMemberPool(login, { timeoutMs, clock }) }] as const),
  );

  function read<T>(
    name: string,
    query: Parameters<MemberPool['ask']>[0],
    schema: z.ZodType<T>,
    how: 'ask' | 'askAfresh' = 'ask',
  ): Promise<Reading<T>> {
    const found = pools.get(name);
    const { user = '', database = '' } = found?.login ?? {};
    return takeReading({
      source: `SQL on ${name}`,
      clock,
      take: async () => answered(await asked(found?.pool, name)[how](query), schema),
      told: (error) => postgresClause(error, { user, database, timeoutMs }),
    });
  }

  const member = (name: string) => read(name, { name: 'trunkline-member', text: sqlMemberQuery }, SqlMemberAnswer);
  return {
    member,
    rewindSource: (name, role) =>
      read(name, { name: 'trunkline-rewind-source', text: rewindSourceQuery, values: [role] }, RewindSourceAnswer),
    activity: (name) => read(name, { name: 'trunkline-activity', text: activityQuery }, ActivityAnswer),
    configLoadedAt: (name) => read(name, { name: 'trunkline-loaded', text: configLoadedQuery }, z.number(), 'askAfresh'),
    settings: (name) => read(name, { name: 'trunkline-settings', text: settingsQuery, values: [SHOWN_SETTINGS] }, SettingsAnswer),
    sessions: (name) => read(name, { name: 'trunkline-sessions', text: sessionsQuery }, SessionsAnswer),
    backend: (name, pid) => read(name, { name: 'trunkline-backend', text: backendQuery, values: [pid] }, OneBackend),
    clients: (name) => read(name, { name: 'trunkline-clients', text: clientsQuery }, ClientsAnswer),
    slots: (name) => read(name, { name: 'trunkline-slots', text: slotsQuery }, SlotsAnswer),
    log: (name) => read(name, { name: 'trunkline-log', text: logQuery }, LogAnswer),
    copySource: (name) => read(name, { name: 'trunkline-copy-source', text: copySourceQuery }, CopySourceAnswer),
    copyProgress: (name) => read(name, { name: 'trunkline-copy-progress', text: copyProgressQuery }, CopyProgressAnswer),
    upstream: (name) => read(name, { name: 'trunkline-upstream', text: upstreamQuery }, UpstreamAnswer),
    async warm() {
      await Promise.all(members.map(({ name }) => member(name)));
    },
    async close() {
      await Promise.all([...pools.values()].map(({ pool }) => pool.close()));
    },
  };
}

const OneBackend = BackendAnswer.transform(({ backend }) => backend);

function asked(pool: MemberPool | undefined, name: string): MemberPool {
  if (pool) return pool;
  throw unreachable(`${name} is no configured member`, 'Add it to the cluster in the configuration.');
}

function answered<T>(answer: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(withoutNulls(answer));
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') ?? '';
  throw unreachable(
    `the answer lacks ${where || 'everything'}: the login needs pg_monitor`,
    'GRANT pg_monitor to the login that the configuration names.',
  );
}
