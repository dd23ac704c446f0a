import type { ChaosOptions, ChaosResult } from './alerts-chaos.ts';
import type { Gone } from './gone.ts';
import type { Verdict } from './verdict.ts';

/** The figures of one proof, for its reader. */
export function reportOf({ seed, changes, amounts, forgets }: ChaosOptions, { ours, naive, gone }: ChaosResult): string {
  const kills = 2 * (amounts.kills + amounts.nobody);
  return [
    `seed ${seed} (TRUNKLINE_SEED=${seed} strikes the same way again)`,
    `${changes} changes, ${ours.expected} events of leader keys; bots killed ${kills} times and frozen ${2 * amounts.freezes} times`,
    `etcd members killed ${amounts.etcdKills} times and frozen ${amounts.etcdFreezes} times, its quorum lost ${amounts.quorumLosses} times; Redis killed ${amounts.redisKills} times and frozen ${amounts.redisFreezes} times; ${9 * amounts.faults} faults of Slack`,
    lineOf('Trunkline', ours),
    lineOf('naive watcher', naive),
    ...(forgets ? [lineOfGone(gone)] : []),
  ].join('\n');
}

function lineOf(name: string, { missed, doubled, swapped, others, othersAgain, p50Ms, p99Ms }: Verdict): string {
  const of = `missed ${missed.length}, told twice ${doubled.length}, after a later one of its cluster ${swapped.length}`;
  return `${name}: ${of}, p50 ${p50Ms} ms, p99 ${p99Ms} ms, silences ${others.length}, again ${othersAgain.length}`;
}

function lineOfGone({ promotions, late, twice, untold, counted, wrongEnd }: Gone): string {
  const sum = (of: Readonly<Record<string, number>>) => Object.values(of).reduce((all, one) => all + one, 0);
  const of = `told from Patroni's history ${late}, told twice ${twice.length}, gone ${sum(untold)}, counted by gap reports ${sum(counted)}`;
  return `${promotions} promotions: ${of}, wrong at the end ${wrongEnd.length}`;
}
