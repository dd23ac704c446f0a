import { z } from 'zod';

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Tags = z.record(z.string(), z.unknown());
/** Patroni 4.1 writes 'unknown' where it knows no number. */
const Amount = z.union([z.number(), z.literal('unknown').transform(() => undefined)]).optional();

/** Role words of `GET /patroni` before and since 4.0; `promoted` is a primary that has not taken writes yet. */
const RoleWord = z
  .enum(['master', 'primary', 'promoted', 'replica', 'standby_leader', 'demoted', 'uninitialized'])
  .transform((word) => (word === 'master' || word === 'promoted' ? 'primary' : word));

/** `GET /patroni` of Patroni 3.0 to 4.x (docs/rest_api.rst, patroni/api.py get_postgresql_status). */
export const PatroniAnswer = z.looseObject({
  state: z.string(),
  role: RoleWord,
  server_version: z.number().optional(),
  xlog: z.looseObject({ paused: z.boolean().optional() }).optional(),
  timeline: z.number().nullish(),
  pause: z.boolean().default(false),
  cluster_unlocked: z.boolean().default(false),
  failsafe_mode_is_active: z.boolean().default(false),
  watchdog_failed: z.boolean().default(false),
  dcs_last_seen: z.number().optional(),
  tags: Tags.default({}),
  pending_restart: z.boolean().default(false),
  pending_restart_reason: z.record(z.string(), z.object({ old_value: Text.nullish(), new_value: Text.nullish() })).optional(),
  scheduled_restart: z.looseObject({ schedule: z.string() }).optional(),
  database_system_identifier: z.string().optional(),
  replication_state: z.string().optional(),
  patroni: z.looseObject({ version: z.string(), scope: z.string(), name: z.string().optional() }),
});
export type PatroniAnswer = z.output<typeof PatroniAnswer>;

/** `GET /cluster`: what the DCS held up to `loop_wait` seconds ago (docs/faq.rst). */
export const ClusterAnswer = z.looseObject({
  members: z.array(
    z.looseObject({
      name: z.string(),
      /** leader, standby_leader, replica, sync_standby, quorum_standby. */
      role: z.string(),
      state: z.string(),
      timeline: z.number().optional(),
      lag: Amount,
      receive_lag: Amount,
      replay_lag: Amount,
      tags: Tags.optional(),
    }),
  ),
  scope: z.string().optional(),
  pause: z.boolean().default(false),
  scheduled_switchover: z.looseObject({ at: z.string(), from: z.string(), to: z.string().optional() }).optional(),
});
export type ClusterAnswer = z.output<typeof ClusterAnswer>;

/** `GET /config`: only what was ever set, so every key may be absent. */
export const ConfigAnswer = z.looseObject({
  ttl: z.number().optional(),
  loop_wait: z.number().optional(),
  retry_timeout: z.number().optional(),
  maximum_lag_on_failover: z.number().optional(),
  check_timeline: z.boolean().optional(),
  synchronous_mode: z.union([z.boolean(), z.string()]).optional(),
  synchronous_mode_strict: z.boolean().optional(),
  failsafe_mode: z.boolean().optional(),
  pause: z.boolean().nullish(),
  standby_cluster: z.unknown().optional(),
});
export type ConfigAnswer = z.output<typeof ConfigAnswer>;

/** `GET /history`: timeline left, WAL position, reason, time and new leader; old rows lack the last two. */
export const HistoryAnswer = z.array(
  z
    .tuple([z.number(), z.number(), z.string()])
    .rest(z.string().nullable())
    .transform(([timeline, lsn, reason, at, newLeader]) => ({
      timeline,
      lsn,
      reason,
      ...(at ? { at } : {}),
      ...(newLeader ? { newLeader } : {}),
    })),
);
