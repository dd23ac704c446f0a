import type { Slot } from '../core/cluster.ts';
import { blocked, type Check, passed } from '../core/check.ts';
import { comparable } from '../core/config-value.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import type { ConfigScene } from './config-plan.ts';

type Lost = Slot & { readonly member: string };

/**
 * Slots that keep more WAL than max_slot_wal_keep_size is to allow: the next checkpoint makes them lost (PostgreSQL docs,
 * runtime-config-replication), and who reads by them cannot go on.
 */
export function slotsLost({ changes, members }: ConfigScene): readonly Lost[] {
  const change = changes.find(({ key }) => key.name === 'max_slot_wal_keep_size');
  const most = change ? comparable(change.key, change.after) : undefined;
  if (typeof most !== 'number' || most < 0) return [];
  return members.flatMap(({ name, sql }) =>
    (known(sql)?.slots ?? [])
      .filter(({ retainedBytes = 0, walStatus }) => retainedBytes > most && walStatus !== 'lost')
      .map((slot) => ({ ...slot, member: name })),
  );
}

export function slotsKept(scene: ConfigScene): Check {
  const id = 'slots-kept';
  const lost = slotsLost(scene);
  if (lost.length === 0) return passed(id, 'no slot keeps more WAL than it may afterwards');
  const each = lost.map(
    ({ name, kind, member, retainedBytes = 0 }) => `${name} (${kind}) on ${member} keeps ${formatBytes(retainedBytes)}`,
  );
  return blocked(
    id,
    `the next checkpoint makes slots lost, and who reads by them must be built anew: ${each.join(', ')}`,
    'Let them catch up or drop them first (`/pg slots`), or allow more.',
    { hard: false },
  );
}
