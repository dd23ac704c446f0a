import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { known } from '../../core/reading.ts';
import { formatDuration } from '../../core/units.ts';
import type { Observation } from './observation.ts';
import { root } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { ClusterSight } from './sight.ts';

const Memory = z.object({
  systemId: z.string(),
  timeline: z.number(),
  atMs: z.number(),
  /** When it rose. */
  rises: z.array(z.number()),
  jump: z.object({ atMs: z.number(), from: z.number(), to: z.number() }).optional(),
});

/** Looked at less often, a jump is no wonder: what happened meanwhile is told by the gap report. */
const LOOKS_MS = 120_000;
/** A jump is over by itself; it is shown for so long that a look which is late still tells it. */
const SHOWN_MS = 60_000;

/** The primary's timeline: that it rose by more than one between two looks, or too often in too short a time. */
export function timelineConditions(
  sight: ClusterSight,
  { timelineRises, timelineWithinMs }: Thresholds,
  memory: JsonObject,
): { readonly observations: readonly Observation[]; readonly memory: JsonObject } {
  const { snapshot, primary } = sight;
  const nowMs = snapshot.startedAtMs;
  const sql = known(snapshot.members.find(({ name }) => name === primary)?.sql);
  const before = Memory.safeParse(memory.timeline).data;
  const after = sql ? noted(before, sql, nowMs) : before;
  if (!after) return { observations: [], memory: {} };
  const rises = after.rises.filter((atMs) => nowMs - atMs < timelineWithinMs);
  const jump = after.jump && nowMs - after.jump.atMs < SHOWN_MS ? after.jump : undefined;
  const says = jump
    ? `the timeline went from ${jump.from} to ${jump.to} between two looks`
    : rises.length >= timelineRises
      ? `the timeline rose ${rises.length} times within ${formatDuration(timelineWithinMs)}, to ${after.timeline}`
      : undefined;
  const cluster = root.cluster(snapshot.cluster.name);
  const kept = { systemId: after.systemId, timeline: after.timeline, atMs: after.atMs, rises };
  return {
    observations: says
      ? [{ situation: 'timeline-jump', says, evidence: `SQL on ${primary ?? 'nobody'}`, joins: [cluster], provides: [] }]
      : [],
    memory: { timeline: { ...kept, ...(after.jump ? { jump: after.jump } : {}) } },
  };
}

function noted(
  before: z.output<typeof Memory> | undefined,
  { timeline, systemId }: { readonly timeline: number; readonly systemId: string },
  atMs: number,
): z.output<typeof Memory> {
  if (!before || before.systemId !== systemId || timeline < before.timeline) return { systemId, timeline, atMs, rises: [] };
  if (timeline === before.timeline) return { ...before, atMs };
  const jumped = timeline > before.timeline + 1 && atMs - before.atMs <= LOOKS_MS;
  const next = { ...before, timeline, atMs, rises: [...before.rises, atMs] };
  return jumped ? { ...next, jump: { atMs, from: before.timeline, to: timeline } } : next;
}
