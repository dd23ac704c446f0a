import { z } from 'zod';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { RESUME_AFTER_MS, type ResumeTimer } from '../core/pooler.ts';
import { formatDuration } from '../core/units.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

/** A pause that the timer would end at once is not begun. */
const LEAST_LEFT_MS = 15_000;

const { state, build } = defineState({
  name: 'resume-armed',
  args: z.object({ cluster: ClusterName, poolers: z.array(z.string()).min(1), unit: z.string() }),
  says: ({ poolers }) => `a timer on the host of ${poolers.join(' and ')} resumes it, whatever happens to Trunkline`,
  async judge({ cluster, poolers, unit }, view) {
    const timers = await Promise.all(poolers.map((pooler) => view.resumeTimers(cluster, `${unit}-${pooler}`)));
    return judgeTimers(poolers.map((pooler, at) => timers[at]?.find((one) => one.pooler === pooler) ?? missing(pooler)));
  },
});

export const resumeArmedState = state;

/** The timer of each PgBouncer is active on its host, with 15 s left at least. */
export const resumeArmed = (cluster: string, poolers: readonly string[], unit: string): StateData =>
  build({ cluster, poolers: [...poolers], unit });

/** Pure part. */
export function judgeTimers(timers: readonly ResumeTimer[]): Verdict {
  const left: number[] = [];
  for (const { pooler, timer } of timers) {
    if (!timer.ok) return notYet(`whether the timer on ${pooler} is armed could not be read: ${timer.why}`);
    if (!timer.value.active) return notYet(`the timer on ${pooler} is not armed`);
    left.push(RESUME_AFTER_MS - timer.value.ageMs);
  }
  const least = Math.min(...left);
  if (least < LEAST_LEFT_MS) return notYet(`a timer ends in ${formatDuration(Math.max(0, least))} already`);
  return holds(`the timers on ${timers.map(({ pooler }) => pooler).join(' and ')} are armed, ${formatDuration(least)} left`);
}

const missing = (pooler: string): ResumeTimer => ({
  pooler,
  timer: { ok: false, why: 'it is not in the configuration', source: pooler, atMs: 0 },
});
