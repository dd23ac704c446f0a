import type { Debt } from './debt.ts';
import type { Span } from './message.ts';
import { formatDuration } from './units.ts';

/** `Kept by @olga until ..., 1 h 20 min left: kernel update`. */
export function keptLine({ owner, reason }: Debt, untilMs: number, nowMs: number): readonly Span[] {
  const left = untilMs - nowMs;
  const by: readonly Span[] = owner === undefined ? [] : [' by ', { person: owner }];
  const when = left > 0 ? `, ${formatDuration(left)} left` : `, over since ${formatDuration(-left)}`;
  return ['Kept', ...by, ' until ', { timeMs: untilMs }, when, ...(reason ? [`: ${reason}`] : [])];
}
