import type { Snapshot } from '../core/cluster.ts';
import type { Part, Span } from '../core/message.ts';
import { ordersOf, type PatroniOrder } from '../core/patroni-orders.ts';

/** Lines for what Patroni does by itself, the next first; none when there is nothing and all could be asked. */
export function patroniScheduledParts(snapshots: readonly Snapshot[]): readonly Part[] {
  const orders = snapshots.flatMap(ordersOf).sort((a, b) => (Date.parse(a.at) || 0) - (Date.parse(b.at) || 0));
  const unread = snapshots.filter(({ cluster, dcs }) => cluster.mode === 'patroni' && !dcs.ok);
  const title: readonly Part[] = orders.length > 0 ? [{ title: `Scheduled in Patroni itself: ${orders.length}` }] : [];
  return [
    ...title,
    ...orders.flatMap(lines),
    ...unread.map(
      ({ cluster, dcs }): Part => ({
        line: `${cluster.name}: what Patroni has scheduled is not known, ${dcs.ok ? '' : dcs.why}`,
        sign: 'unknown',
      }),
    ),
  ];
}

function lines({ cluster, member, at, says }: PatroniOrder): readonly Part[] {
  const atMs = Date.parse(at);
  const when: Span = Number.isNaN(atMs) ? at : { timeMs: atMs };
  const clear = `/pg unschedule ${cluster}${member ? ` --member ${member}` : ''}`;
  return [
    { line: [`${cluster}: ${says}, `, when, ` (${at})`], sign: 'waiting' },
    { line: ['Clear it: ', { code: clear }], indent: 1 },
  ];
}
