import type { WatchedCondition } from '../core/patrol-state.ts';
import { isHeavier, type Severity } from '../core/severity.ts';
import type { Setting } from './conditions/settings.ts';

type Weighed = Pick<WatchedCondition, 'severity' | 'seenAs' | 'raised'>;

/**
 * How much a condition weighs after one more look. While it is raised a rise counts when it has lasted as long as the condition itself had
 * to, a fall when it has lasted as long as its end has to. `held`: a run of ours may be what makes it heavier. Pure.
 */
export function foldSeverity(
  known: WatchedCondition | undefined,
  seen: Severity,
  { nowMs, held, forMs, clearMs }: Pick<Setting, 'forMs' | 'clearMs'> & { readonly nowMs: number; readonly held: boolean },
): Weighed {
  if (!known?.raised) return { severity: seen };
  const { severity, seenAs, raised } = known;
  if (seen === severity) return { severity, raised };
  const rises = isHeavier(seen, severity);
  const waits = rises && held;
  const sinceMs = seenAs?.severity === seen && !waits ? seenAs.sinceMs : nowMs;
  if (waits || nowMs - sinceMs < (rises ? forMs : clearMs)) return { severity, seenAs: { severity: seen, sinceMs }, raised };
  return { severity: seen, raised: rises ? { ...raised, rises: (raised.rises ?? 0) + 1 } : raised };
}
