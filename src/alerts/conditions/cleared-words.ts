import type { WatchedCondition } from '../../core/patrol-state.ts';
import { formatDuration } from '../../core/units.ts';
import { catalogue } from '../catalogue.ts';

/** What is said when a condition is over, with how long it lasted. */
export function clearedWords({ situation, about }: Pick<WatchedCondition, 'situation' | 'about'>, lastedMs: number): string {
  const after = `after ${formatDuration(Math.round(lastedMs / 1000) * 1000)}`;
  const who = about ?? 'it';
  switch (situation) {
    case 'member-gone':
      return `${who} is back ${after}`;
    case 'replication-stopped':
      return `${who} replicates again ${after}`;
    case 'replication-lag':
      return `${who} has caught up ${after}`;
    case 'no-leader':
      return `there is a leader again ${after}`;
    case 'dcs-lost':
      return `etcd is back ${after}`;
    case 'etcd-member-down':
      return `etcd ${who} answers again ${after}`;
    case 'proxy-silent':
      return `${who} (HAProxy) answers again ${after}`;
    default:
      return `${catalogue[situation].title}${about === undefined ? '' : ` (${about})`}: over ${after}`;
  }
}
