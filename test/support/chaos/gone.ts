import type { Message } from '../../../lab/slack/workspace.ts';
import type { LeaderRecord } from './etcd-record.ts';
import { signalIdOf } from './verdict.ts';

/** What became of each promotion where etcd's history was taken away: told live, told from Patroni's history, or gone. */
export interface Gone {
  readonly promotions: number;
  /** Told by Patroni's history, because etcd had it no more. */
  readonly late: number;
  /** `CLUSTER TIMELINE` of those told in more than one message, by whichever of their ids. */
  readonly twice: readonly string[];
  /** By cluster: how many are told nowhere, and how many the gap reports count. */
  readonly untold: Readonly<Record<string, number>>;
  readonly counted: Readonly<Record<string, number>>;
  /** Clusters whose last promotion is not told: their final state would be wrong. */
  readonly wrongEnd: readonly string[];
}

export function judgeGone({ clusterId, events }: LeaderRecord, messages: readonly Message[]): Gone {
  const told = new Map<string, number>();
  for (const id of messages.flatMap((message) => signalIdOf(message) ?? [])) told.set(id, (told.get(id) ?? 0) + 1);
  const times = (id: string) => told.get(`${clusterId}-${id}`) ?? 0;
  const promotions = events.flatMap(({ cluster, revision, timeline }) => {
    if (timeline === undefined) return [];
    const [live, late] = [times(`${revision}-${cluster}`), times(`t${timeline}-${cluster}`)];
    return [{ cluster, timeline, live, late }];
  });
  const untold = promotions.filter(({ live, late }) => live + late === 0);
  const last = new Map(promotions.map((promotion) => [promotion.cluster, promotion]));
  return {
    promotions: promotions.length,
    late: promotions.filter(({ late }) => late > 0).length,
    twice: promotions.filter(({ live, late }) => live + late > 1).map(({ cluster, timeline }) => `${cluster} ${timeline}`),
    untold: sums(untold.map(({ cluster }) => [cluster, 1])),
    counted: sums(messages.flatMap(countsIn)),
    wrongEnd: [...last.values()].filter(({ live, late }) => live + late === 0).map(({ cluster }) => cluster),
  };
}

/** `At least 3 leader changes can not be told one by one: c01 2, c03 1`. */
function countsIn(message: Message): readonly (readonly [string, number])[] {
  const list = /can not be told one by one: ((?:c\d+ \d+(?:, )?)+)/.exec(JSON.stringify(message))?.[1] ?? '';
  return [...list.matchAll(/(c\d+) (\d+)/g)].map(([, cluster = '', count]) => [cluster, Number(count)]);
}

function sums(pairs: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const [name, count] of pairs) all[name] = (all[name] ?? 0) + count;
  return all;
}
