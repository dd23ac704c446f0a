import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { type ClusterWriter, clusterWriter } from './cluster-writer.ts';
import type { openEtcdHands } from './fenced-writer.ts';

interface Pace {
  readonly changes: number;
  readonly everyMs: number;
}

/** Many clusters of one etcd, and their leaders' changes at a steady pace. */
export async function openChangeDriver(
  hands: ReturnType<typeof openEtcdHands>,
  names: readonly string[],
  chance: Chance,
  patroni?: { readonly historyRows: number },
) {
  const clusters = names.map((name) => clusterWriter(name, hands.writer(`/service/${name}/`), chance.branch(name), patroni));
  await Promise.all(clusters.map((cluster) => cluster.begin()));
  return {
    /** Settles when every change is written to its end. A cluster that still changes when its turn comes does the next one after that. */
    async run({ changes, everyMs }: Pace): Promise<void> {
      const turns = new Map<ClusterWriter, Promise<void>>();
      const begun = Date.now();
      for (let i = 0; i < changes; i += 1) {
        await delay(Math.max(0, begun + i * everyMs - Date.now()));
        const cluster = chance.pick(clusters as [ClusterWriter, ...ClusterWriter[]]);
        const kind = chance.pick<'planned' | 'crash'>(['planned', 'crash']);
        const turn = (turns.get(cluster) ?? Promise.resolve()).then(() => cluster.change(kind));
        turn.catch(() => undefined);
        turns.set(cluster, turn);
      }
      await Promise.all(turns.values());
    },
  };
}
