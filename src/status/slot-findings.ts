import type { Slot } from '../core/cluster.ts';
import { memberSlotName } from '../core/slot-detail.ts';
import { formatBytes } from '../core/units.ts';
import type { Facts } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';

/** A slot is near its end when this share of what max_slot_wal_keep_size allows is left. */
const LOW_SHARE = 0.2;

/** Slots on the primary that hold back WAL or are about to be lost. Those on standbys are inactive by design (Patroni 4.0). */
export function slotFindings({ primarySql, limits, lags }: Facts): readonly Finding[] {
  if (!primarySql) return [];
  // Of members that another standby feeds: Patroni moves them on or drops them by itself (patroni/dcs/__init__.py, _get_members_slots).
  const cascading = new Set(
    lags.flatMap(({ name, upstream, state }) => (upstream && state === 'streaming' ? [memberSlotName(name)] : [])),
  );
  return primarySql.sql.slots.flatMap((slot) => {
    const found = judge(cascading.has(slot.name) ? { ...slot, active: true } : slot, limits.slotRetainedWarnBytes);
    return found
      ? [about(slot.name, finding(found.sign, found.id, `slot ${slot.name} on ${primarySql.name} ${found.says}`, found.hint))]
      : [];
  });
}

interface Judged {
  readonly sign: 'bad' | 'warn';
  readonly id: string;
  readonly says: string;
  readonly hint?: string;
}

function judge(slot: Slot, limitBytes: number): Judged | undefined {
  const { walStatus, safeWalBytes, retainedBytes = 0, active } = slot;
  const kept = `keeps ${formatBytes(retainedBytes)} of WAL`;
  if (walStatus === 'lost')
    return { sign: 'bad', id: 'slot-lost', says: 'is lost: the WAL it needs is gone', hint: 'Its consumer must be built anew.' };
  if (walStatus === 'unreserved')
    return { sign: 'bad', id: 'slot-unreserved', says: `is unreserved (${kept}): it is lost at one of the next checkpoints` };
  if (safeWalBytes !== undefined && safeWalBytes < LOW_SHARE * (retainedBytes + safeWalBytes))
    return {
      sign: 'warn',
      id: 'slot-safe-low',
      says: `is lost after ${formatBytes(Math.max(0, safeWalBytes))} more WAL (${kept})`,
    };
  if (!active) return { sign: 'warn', id: 'slot-inactive', says: `is inactive and ${kept}` };
  if (retainedBytes > limitBytes) return { sign: 'warn', id: 'slot-retains', says: `${kept} (limit ${formatBytes(limitBytes)})` };
  return undefined;
}
