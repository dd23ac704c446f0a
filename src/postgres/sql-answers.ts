import { z } from 'zod';

const Text = z.string();
const Bytes = z.number().exactOptional();
const Millis = z.number().exactOptional();
const Count = z.number();

/** Answer of `sqlMemberQuery` without its nulls; the form of core's SqlMember. */
export const SqlMemberAnswer = z.object({
  inRecovery: z.boolean(),
  systemId: Text,
  timeline: z.number(),
  replayTimeline: z.number().exactOptional(),
  versionNum: z.number(),
  postmasterStartedAtMs: z.number(),
  clientConnections: z.number().exactOptional(),
  lastReplayedAtMs: Millis,
  writeLsn: Bytes,
  receiveLsn: Bytes,
  replayLsn: Bytes,
  replayPaused: z.boolean().exactOptional(),
  walReceiver: z
    .object({ status: Text, senderHost: Text.exactOptional(), slot: Text.exactOptional(), timeline: z.number().exactOptional() })
    .exactOptional(),
  standbys: z.array(
    z.object({
      name: Text,
      address: Text.exactOptional(),
      state: Text,
      syncState: Text,
      sentLsn: Bytes,
      writeLsn: Bytes,
      flushLsn: Bytes,
      replayLsn: Bytes,
      writeLagMs: Millis,
      flushLagMs: Millis,
      replayLagMs: Millis,
    }),
  ),
  slots: z.array(
    z.object({
      name: Text,
      kind: z.enum(['physical', 'logical']),
      active: z.boolean(),
      walStatus: Text.exactOptional(),
      retainedBytes: Bytes,
      safeWalBytes: Bytes,
      failover: z.boolean().exactOptional(),
      synced: z.boolean().exactOptional(),
    }),
  ),
  archiver: z
    .object({
      mode: Text,
      archivedCount: Count,
      failedCount: Count,
      lastArchivedAtMs: Millis,
      lastFailedAtMs: Millis,
      lastFailedWal: Text.exactOptional(),
    })
    .exactOptional(),
  synchronousStandbyNames: Text,
});

/** Answer of `activityQuery` without its nulls; the form of core's Activity. */
export const ActivityAnswer = z.object({
  longTransactions: z.array(z.object({ pid: z.number(), user: Text, application: Text, ageMs: z.number(), state: Text })),
  preparedTransactions: Count,
  oldestPreparedMs: Millis,
  baseBackups: z.array(
    z.object({
      pid: z.number(),
      phase: Text,
      address: Text.exactOptional(),
      streamedBytes: Bytes,
      totalBytes: Bytes,
      ageMs: Millis,
    }),
  ),
  walSinceCheckpointBytes: z.number(),
  readyWalFiles: z.number().exactOptional(),
  logicalSlots: z.array(Text),
  settings: z.record(z.string(), z.string()),
  pendingSettings: z.array(Text).exactOptional(),
  clientConnections: Count,
  walSendersInUse: Count,
  slotNames: z.array(Text),
  maintenance: z.array(z.object({ pid: z.number(), what: Text, database: Text })),
});

/** Answer of `settingsQuery` without its nulls. */
export const SettingsAnswer = z
  .object({
    settings: z.array(
      z.object({
        name: Text,
        setting: Text.exactOptional(),
        unit: Text.exactOptional(),
        source: Text,
        sourceFile: Text.exactOptional(),
        pendingRestart: z.boolean(),
      }),
    ),
  })
  .transform(({ settings }) => settings);
/** Answer of `rewindSourceQuery` without its nulls; the form of core's RewindSource. */
export const RewindSourceAnswer = z.object({
  fullPageWrites: z.boolean(),
  databaseBytes: z.number(),
  role: z
    .object({
      name: Text,
      canLogIn: z.boolean(),
      isSuperuser: z.boolean(),
      lacks: z.array(Text),
      settings: z.array(Text),
    })
    .exactOptional(),
});

/** The value without members that are null, at any depth: SQL's null is our absent. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}
