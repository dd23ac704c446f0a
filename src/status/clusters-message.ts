import type { ClusterInfo } from '../core/cluster.ts';
import type { Message } from '../core/message.ts';

/** The clusters that the asker may see: name, environment, mode and members, sorted. From the configuration; nothing is asked. */
export function clustersMessage(clusters: readonly ClusterInfo[]): Message {
  const sorted = clusters.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const summary =
    sorted.length === 0 ? 'You may see no cluster here' : `${sorted.length} ${sorted.length === 1 ? 'cluster' : 'clusters'}`;
  return {
    summary,
    parts: [
      { title: summary },
      ...sorted.map((cluster) => ({
        line: [{ bold: cluster.name }, `: ${cluster.environment}, ${modeWords(cluster)}, ${memberWords(cluster)}`],
      })),
      { note: ['From the configuration. How they are now: ', { code: '/pg status' }] },
    ],
  };
}

function modeWords({ mode }: ClusterInfo): string {
  return mode === 'patroni' ? 'Patroni' : 'plain streaming';
}

function memberWords({ members }: ClusterInfo): string {
  const names = members.map(({ name, site }) => (site ? `${name} (${site})` : name)).toSorted();
  return `${members.length} ${members.length === 1 ? 'member' : 'members'}: ${names.join(', ')}`;
}
