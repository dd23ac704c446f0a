import { asError, refusal } from '../core/errors.ts';
import type { View } from '../core/view.ts';
import type { HistoryFacts } from './history-message.ts';

const MOST_RUNS = 300;

/** Reads what a cluster's history is told from; while the store is away Patroni's own part is told alone. @throws Refusal without the DCS. */
export async function readHistory(view: View, cluster: string): Promise<HistoryFacts> {
  const { name, mode } = view.cluster(cluster);
  if (mode !== 'patroni')
    throw refusal(`${name} is not run by Patroni (mode: ${mode})`, 'Only Patroni keeps a history of timelines.');
  const kept = Promise.all([view.leaderChanges(name), view.runs({ cluster: name, limit: MOST_RUNS })]).then(
    ([changes, runs]) => ({ changes, runs }),
    (error: unknown) => ({ changes: [], runs: [], noted: asError(error).message }),
  );
  const dcs = await view.dcs(name);
  if (!dcs.ok) throw refusal(`the history of ${name} cannot be read from the DCS: ${dcs.why}`, 'See to etcd, then ask again.');
  return { cluster: name, entries: dcs.value.history, ...(await kept) };
}
