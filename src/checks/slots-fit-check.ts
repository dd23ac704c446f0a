import { blocked, type Check, passed } from '../core/check.ts';
import { comparable } from '../core/config-value.ts';
import { known } from '../core/reading.ts';
import type { ConfigScene } from './config-plan.ts';

/** PostgreSQL does not start with more slots than max_replication_slots (slot.c, RestoreSlotFromDisk). */
export function slotsFit({ changes, members }: ConfigScene): Check {
  const id = 'slots-fit';
  const change = changes.find(({ key }) => key.name === 'max_replication_slots');
  const most = change ? comparable(change.key, change.after) : undefined;
  const over = members.flatMap(({ name, sql }) => {
    const count = known(sql)?.slots.length ?? 0;
    return typeof most === 'number' && count > most ? [`${name} has ${count}`] : [];
  });
  if (over.length === 0) return passed(id, 'no member has more slots than it may have at its next start');
  return blocked(
    id,
    `PostgreSQL would not start any more: max_replication_slots ${most}, and ${over.join(', ')}`,
    'Drop slots first (`/pg slots`), or allow more.',
    { hard: true },
  );
}
