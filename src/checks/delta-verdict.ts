import { type Delta, deltaOf, noDelta } from './delta-checks.ts';
import type { RebuildScene } from './rebuild-scene.ts';
import { type RebuildVerdict, type RebuildWay, rebuildVerdict } from './rebuild-verdict.ts';

/** What the person asked for. */
export type RebuildHow = 'auto' | 'rewind' | 'delta' | 'reinit';

/** A verdict that may come to a restore by pgBackRest of what differs. */
export interface DeltaVerdict extends Omit<RebuildVerdict, 'way'> {
  readonly way: RebuildWay | 'delta';
  /** What pgBackRest could restore; absent where it is not configured, or nothing is copied. */
  readonly delta?: Delta | undefined;
}

/** Decides; where a new copy is needed and nothing speaks against pgBackRest, it makes it, as it copies only what differs. */
export function deltaVerdict(scene: RebuildScene, how: RebuildHow): DeltaVerdict {
  const verdict = rebuildVerdict(scene, how === 'delta' ? 'reinit' : how);
  if (verdict.way !== 'reinit') return verdict;
  const delta = deltaOf(scene);
  const checks = [...verdict.checks, ...(delta?.checks ?? [noDelta(scene.cluster)])];
  if (how === 'delta') return { ...verdict, way: 'delta', why: 'a restore by pgBackRest was asked for', delta, checks };
  return how === 'auto' && delta?.isFit ? { ...verdict, way: 'delta', delta, checks } : { ...verdict, delta };
}
