import { z } from 'zod';

/** What changed about a leader, as one incident. */
const LEADER = [
  'switchover',
  'failover',
  'host-lost',
  'network-cut',
  'patroni-hung',
  'postgres-crashed',
  'leader-released',
  'leader-blip',
  'restart-in-place',
  'leader-silent',
  'leader-overwritten',
  'leader-change-missed',
  'flapping',
] as const;

/** What is wrong for as long as it lasts. */
const CONDITIONS = [
  'key-without-primary',
  'two-primaries',
  'no-leader',
  'other-database',
  'dcs-lost',
  'failsafe-active',
  'member-gone',
  'member-diverged',
  'member-stuck',
  'replication-stopped',
  'replication-lag',
  'no-successor',
  'sync-standby-missing',
  'slot-inactive',
  'slot-nearly-lost',
  'archiver-failing',
  'disk-low',
  'paused-too-long',
  'pending-restart',
  'watchdog-failed',
  'timeline-jump',
  'etcd-member-down',
  'etcd-no-leader',
  'etcd-no-quorum',
  'etcd-alarm',
  'etcd-slow-disk',
  'etcd-leader-changes',
  'etcd-member-count',
  'proxy-silent',
  'proxy-no-primary',
  'proxy-two-primaries',
  'proxy-disagrees',
  'vip-no-holder',
  'vip-two-holders',
  'backup-none',
  'backup-old',
  'backup-failed',
] as const;

/** Every situation that alerts know by name; alerts/catalogue.ts says what each means. */
export const SituationName = z.enum([...LEADER, ...CONDITIONS]);
export type SituationName = z.output<typeof SituationName>;

/** The ones that begin and end. */
export const ConditionName = z.enum(CONDITIONS);
export type ConditionName = z.output<typeof ConditionName>;
