import type { ClusterConfig } from '../config/schema.ts';

/** The HAProxies of a cluster that can be told at once. */
export function haproxySockets({ haproxy }: ClusterConfig) {
  const backend = haproxy?.primaryBackend ?? '';
  return (haproxy?.hosts ?? []).flatMap(({ name, socket }) => (socket === undefined ? [] : [{ name, socket, backend }]));
}
