import { type Json, type JsonObject, JsonObjectSchema } from '../../core/json.ts';
import { formatDuration } from '../../core/units.ts';
import type { Observation } from './observation.ts';
import { type PaceMemory, PaceMemory as PaceMemorySchema, paceAfter } from './pace.ts';
import { root } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { EtcdSight } from './sight.ts';

/** A slow disk is fast again only this far below the limit. */
const KEEPS = 0.7;

/** Members whose disk takes too long for what etcd writes, by the growth of their own histograms within about a minute. */
export function etcdDisks(
  sight: EtcdSight,
  thresholds: Thresholds,
  memory: JsonObject,
): { readonly observations: readonly Observation[]; readonly memory: JsonObject } {
  const kept = JsonObjectSchema.safeParse(memory.pace).data ?? {};
  const after: Record<string, Json> = {};
  const observations: Observation[] = [];
  for (const [endpoint, reading] of Object.entries(sight.pace)) {
    const before = PaceMemorySchema.safeParse(kept[endpoint]).data;
    const now = reading.ok ? paceAfter(before, reading.value, sight.atMs) : before;
    if (!now) continue;
    after[endpoint] = JsonObjectSchema.parse(now);
    const slow = reading.ok ? slowness(now, thresholds) : undefined;
    if (!slow) continue;
    observations.push({
      ...{ situation: 'etcd-slow-disk', about: endpoint, ...slow, evidence: reading.source },
      says: `etcd ${sight.name}: ${endpoint} writes slowly: ${slow.says}`,
      ...{ joins: [root.etcd(sight.name)], provides: [] },
    });
  }
  return { observations, memory: { pace: after } };
}

function slowness({ fsyncP99Ms = 0, commitP99Ms = 0 }: PaceMemory, { etcdFsyncMs, etcdCommitMs }: Thresholds) {
  const over = fsyncP99Ms > etcdFsyncMs || commitP99Ms > etcdCommitMs;
  if (!over && fsyncP99Ms <= KEEPS * etcdFsyncMs && commitP99Ms <= KEEPS * etcdCommitMs) return undefined;
  const says =
    fsyncP99Ms > KEEPS * etcdFsyncMs
      ? `one of 100 writes to its log takes ${formatDuration(fsyncP99Ms)} or longer (limit ${formatDuration(etcdFsyncMs)})`
      : `one of 100 commits to its database takes ${formatDuration(commitP99Ms)} or longer (limit ${formatDuration(etcdCommitMs)})`;
  return { says, ...(over ? {} : { onlyKeeps: true }) };
}
