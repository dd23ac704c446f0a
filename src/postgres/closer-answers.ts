import { z } from 'zod';

const Text = z.string();
const Count = z.number();
const Some = z.number().exactOptional();

const session = {
  pid: Count,
  kind: Text,
  user: Text,
  application: Text,
  database: Text,
  client: Text.exactOptional(),
  state: Text,
  transactionMs: Some,
  stateMs: Some,
  wait: Text.exactOptional(),
  query: Text,
};

/** Answer of `sessionsQuery` without its nulls; the form of core's Sessions. */
export const SessionsAnswer = z.object({
  inRecovery: z.boolean(),
  counts: z.object({ clients: Count, active: Count, idleInTransaction: Count, max: Count }),
  shown: z.array(z.object({ ...session, blockedBy: z.array(Count) })),
  prepared: z.array(z.object({ gid: Text, owner: Text, database: Text, ageMs: Count })),
  preparedCount: Count,
  wraparoundVacuums: z.array(z.object({ pid: Count, database: Text, what: Text, ageMs: Count })),
  oldestXid: z.object({ database: Text, age: Count }),
  freezeMaxAge: Count,
  backups: z.array(z.object({ pid: Count, phase: Text, doneBytes: Some, totalBytes: Some })),
});

/** Answer of `backendQuery` without its nulls. */
export const BackendAnswer = z.object({
  backend: z
    .object({ ...session, startedUs: Count, queryStartedUs: Some, isSuperuser: z.boolean(), isOurs: z.boolean(), blocks: Count })
    .exactOptional(),
});

/** Answer of `clientsQuery` without its nulls; the form of core's Clients. */
export const ClientsAnswer = z.object({
  connected: Count,
  active: Count,
  groups: z.array(z.object({ user: Text, application: Text, client: Text.exactOptional(), sessions: Count, active: Count })),
});

/** Answer of `slotsQuery` without its nulls; the form of core's SlotDetail. */
export const SlotsAnswer = z.array(
  z.object({
    name: Text,
    kind: z.enum(['physical', 'logical']),
    temporary: z.boolean(),
    active: z.boolean(),
    database: Text.exactOptional(),
    plugin: Text.exactOptional(),
    restartLsn: Text.exactOptional(),
    walStatus: Text.exactOptional(),
    retainedBytes: Some,
    safeWalBytes: Some,
    xminAge: Some,
    synced: z.boolean(),
    failover: z.boolean(),
    inactiveMs: Some,
    user: z.object({ pid: Count, user: Text, application: Text, client: Text.exactOptional() }).exactOptional(),
  }),
);

/** Answer of `logQuery` without its nulls. */
export const LogAnswer = z.object({ collector: z.boolean(), destination: Text, directory: Text, file: Text.exactOptional() });
export type LogAnswer = z.output<typeof LogAnswer>;
