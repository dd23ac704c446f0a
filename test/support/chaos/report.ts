import type { ChaosOptions, ChaosResult } from './alerts-chaos.ts';
import type { Verdict } from './verdict.ts';

/** The figures of one proof, for its reader. */
export function reportOf({ seed, changes, amounts }: ChaosOptions, { ours, naive }: ChaosResult): string {
  const kills = 2 * (amounts.kills + amounts.nobody);
  return [
    `seed ${seed} (TRUNKLINE_SEED=${seed} strikes the same way again)`,
    `${changes} changes, ${ours.expected} events of leader keys; bots killed ${kills} times and frozen ${2 * amounts.freezes} times`,
    lineOf('Trunkline', ours),
    lineOf('naive watcher', naive),
  ].join('\n');
}

function lineOf(name: string, { missed, doubled, swapped, others, othersAgain, p50Ms, p99Ms }: Verdict): string {
  const of = `missed ${missed.length}, told twice ${doubled.length}, after a later one of its cluster ${swapped.length}`;
  return `${name}: ${of}, p50 ${p50Ms} ms, p99 ${p99Ms} ms, silences ${others.length}, again ${othersAgain.length}`;
}
