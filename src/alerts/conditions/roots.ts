import type { Snapshot } from '../../core/cluster.ts';

/** Names of what incidents fold by; see core/condition.ts. */
export const root = {
  host: (address: string): string => `host:${address}`,
  cluster: (name: string): string => `cluster:${name}`,
  etcd: (name: string): string => `etcd:${name}`,
  member: (cluster: string, name: string): string => `member:${cluster}/${name}`,
  disk: (cluster: string, name: string): string => `disk:${cluster}/${name}`,
};

/** What a member's trouble may follow from: its host, and itself. */
export function memberRoots({ cluster, members }: Pick<Snapshot, 'cluster' | 'members'>, name: string): readonly string[] {
  const host = members.find((member) => member.name === name)?.host;
  return [...(host === undefined ? [] : [root.host(host)]), root.member(cluster.name, name)];
}
