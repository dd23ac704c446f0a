import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { formatDuration } from '../../core/units.ts';
import type { Observation } from './observation.ts';
import { root } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { EtcdSight } from './sight.ts';

const Memory = z.object({ term: z.string().regex(/^\d+$/), rises: z.array(z.number()) });

/**
 * Looks between which etcd's raft term rose: each leader has a term of its own (Raft paper, 5.1 and 5.2). A rise counts once, however
 * high, as an election may need several terms.
 */
export function etcdLeaders(
  { name, endpoints, atMs }: EtcdSight,
  { etcdLeaderChanges, etcdWithinMs }: Thresholds,
  memory: JsonObject,
): { readonly observations: readonly Observation[]; readonly memory: JsonObject } {
  const before = Memory.safeParse(memory.leaders).data;
  const terms = endpoints.flatMap(({ health }) =>
    health.ok && /^\d+$/.test(health.value.raftTerm) ? [BigInt(health.value.raftTerm)] : [],
  );
  const term = terms.reduce<bigint | undefined>((most, one) => (most === undefined || one > most ? one : most), undefined);
  const known = before === undefined ? undefined : BigInt(before.term);
  const rose = known !== undefined && term !== undefined && term > known;
  const rises = [...(before?.rises ?? []), ...(rose ? [atMs] : [])].filter((at) => atMs - at < etcdWithinMs);
  // A member that was cut off may answer with a term that is long over.
  const next = known !== undefined && (term === undefined || term < known) ? known : term;
  const kept = next === undefined ? {} : { leaders: { term: String(next), rises } };
  if (rises.length < etcdLeaderChanges) return { observations: [], memory: kept };
  const says = `etcd ${name} changed its leader ${rises.length} times within ${formatDuration(etcdWithinMs)}`;
  const evidence = `raft term ${next}`;
  return {
    observations: [{ situation: 'etcd-leader-changes', says, evidence, joins: [root.etcd(name)], provides: [] }],
    memory: kept,
  };
}
