import { z } from 'zod';
import type { ConditionName } from '../core/situation-name.ts';
import { Severity } from '../core/severity.ts';
import { bytes, duration } from './fields.ts';

/** When one situation is told; what is left out is as the catalogue has it. */
const told = {
  /** It must last so long before it is told. */
  for: duration().optional(),
  /** It must be gone so long before it counts as over. */
  clear: duration().optional(),
  severity: Severity.optional(),
  /** Not told at all. */
  off: z.boolean().optional(),
};
const Told = z.strictObject(told).optional();
/** The part that every situation has. */
export type Told = NonNullable<z.output<typeof Told>>;

const situations = {
  'key-without-primary': Told,
  'two-primaries': Told,
  'no-leader': Told,
  'other-database': Told,
  'dcs-lost': Told,
  'failsafe-active': Told,
  'member-gone': Told,
  'member-diverged': Told,
  'replication-stopped': Told,
  'no-successor': Told,
  'sync-standby-missing': Told,
  'slot-inactive': Told,
  'slot-nearly-lost': Told,
  'archiver-failing': Told,
  'paused-too-long': Told,
  'pending-restart': Told,
  'watchdog-failed': Told,
  'etcd-member-down': Told,
  'etcd-no-leader': Told,
  'etcd-no-quorum': Told,
  'etcd-alarm': Told,
  'etcd-member-count': Told,
  'proxy-silent': Told,
  'proxy-no-primary': Told,
  'proxy-two-primaries': Told,
  'proxy-disagrees': Told,
  'vip-no-holder': Told,
  'vip-two-holders': Told,
  'backup-none': Told,
  'backup-old': Told,
  'backup-failed': Told,
  /** Told above either, over below half of both. */
  'replication-lag': z.strictObject({ ...told, bytes: bytes().optional(), time: duration().optional() }).optional(),
  /** In percent; critical below a third of it. `limits.minFreeDiskPercent` when left out. */
  'disk-low': z.strictObject({ ...told, freePercent: z.number().min(0).max(100).optional() }).optional(),
  /** `copy`: how long a member may be made anew. */
  'member-stuck': z.strictObject({ ...told, copy: duration().optional() }).optional(),
  'timeline-jump': z
    .strictObject({ ...told, rises: z.number().int().min(2).optional(), within: duration().optional() })
    .optional(),
  /** The 99th percentile of what etcd writes to its log (fsync) and to its database (commit). */
  'etcd-slow-disk': z.strictObject({ ...told, fsync: duration().optional(), commit: duration().optional() }).optional(),
  'etcd-leader-changes': z
    .strictObject({ ...told, changes: z.number().int().min(1).optional(), within: duration().optional() })
    .optional(),
} satisfies Readonly<Record<ConditionName, z.ZodType>>;

/** By situation; the thresholds beside the times are the ones that this situation has. */
export const AlertSituationsSchema = z.strictObject(situations);
export type AlertSituations = z.output<typeof AlertSituationsSchema>;

/** How often every cluster and every etcd is looked at. */
export const PatrolSchema = z.strictObject({ every: duration().pipe(z.number().min(1000, 'at least 1s')).prefault('10s') });
