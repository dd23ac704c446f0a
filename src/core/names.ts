import { z } from 'zod';

/** A cluster's name in the configuration and in chat. */
export const ClusterName = z
  .string()
  .max(63)
  .regex(/^[a-z][a-z0-9-]*$/, 'a cluster name is lowercase letters, digits and dashes');

/** A member's name as Patroni knows it. */
export const MemberName = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a member name is letters, digits, dot, dash and underscore');

/** A replication slot's name (PostgreSQL, ReplicationSlotValidateName). */
export const SlotName = z
  .string()
  .regex(/^[a-z0-9_]{1,63}$/, 'a slot name is lowercase letters, digits and underscore, at most 63 of them');

/** A process id as people type it; Linux has none above 2^22 (proc(5), pid_max). */
export const PidText = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, 'a pid is a number such as 4242')
  .transform(Number)
  .refine((pid) => pid <= 4_194_304, 'a pid is at most 4194304');

/** What a run has put aside on a host: an old data directory or WAL, by timeline and position. */
export const KeptName = z
  .string()
  .regex(/^(old|wal)-t\d{1,10}-[0-9a-f]{1,16}$/, 'what is kept is named like old-t6-3000000; `/pg kept` lists it');

/** A run's id: `r` and a short lowercase code. */
export const RunId = z.string().regex(/^r[a-z0-9]{6,16}$/, 'a run id looks like r4k2m9xq');

/** Free text of a person, one line, kept as data and escaped where it is shown. */
export const Reason = z.string().trim().min(1, 'a reason cannot be empty').max(500, 'a reason has at most 500 characters');
