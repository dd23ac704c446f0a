/** One row of pg_replication_slots of one member, with who uses it. */
export interface SlotDetail {
  readonly name: string;
  readonly kind: 'physical' | 'logical';
  readonly temporary: boolean;
  readonly active: boolean;
  /** Of a logical slot. */
  readonly database?: string;
  readonly plugin?: string;
  /** PostgreSQL's text form; absent for a slot that keeps no WAL yet. */
  readonly restartLsn?: string;
  /** reserved, extended, unreserved, lost. */
  readonly walStatus?: string;
  readonly retainedBytes?: number;
  /** Bytes that may still be written before the slot is lost; absent when max_slot_wal_keep_size is unlimited. */
  readonly safeWalBytes?: number;
  /** Age in transactions of the oldest row version that it keeps from being vacuumed. */
  readonly xminAge?: number;
  /** A copy of a slot of the primary (PostgreSQL 17). */
  readonly synced: boolean;
  /** Copied to standbys, so that it survives a change of the leader (PostgreSQL 17). */
  readonly failover: boolean;
  /** PostgreSQL 17 and later. */
  readonly inactiveMs?: number;
  readonly user?: { readonly pid: number; readonly user: string; readonly application: string; readonly client?: string };
}

/** The name that Patroni gives the slot of a member (patroni/dcs/__init__.py, slot_name_from_member_name). */
export function memberSlotName(member: string): string {
  return [...member.toLowerCase()]
    .map((c) => {
      if (/[a-z0-9_]/.test(c)) return c;
      return c === '-' || c === '.' ? '_' : `u${String(c.codePointAt(0)).padStart(4, '0')}`;
    })
    .join('')
    .slice(0, 63);
}
